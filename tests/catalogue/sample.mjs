// Arguments that satisfy an input schema, with nothing but what is required.

/** The smallest sensible value of a schema. */
export function sample(schema) {
  if ("const" in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf ?? schema.oneOf) return sample((schema.anyOf ?? schema.oneOf)[0]);
  switch (schema.type) {
    case "object":
      return Object.fromEntries((schema.required ?? []).map((name) => [name, sample(schema.properties[name])]));
    case "array":
      return Array.from({ length: schema.minItems ?? 0 }, (_, i) => numbered(sample(schema.items), i));
    case "integer":
    case "number":
      return schema.minimum ?? 1;
    case "boolean":
      return true;
    default:
      return text(schema);
  }
}

// Lists may not repeat an item.
function numbered(value, i) {
  return i > 0 && typeof value === "string" ? `${value}${i}` : value;
}

// The list leaves out what some host refuses, and the descriptions say it in words.
function text({ format, description = "", minLength = 1 }) {
  if (format === "date-time") return "2027-01-15T00:00:00Z";
  if (/\bBase64\./.test(description)) return "QQ==";
  if (/\bUUID\./.test(description)) return "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";
  if (/\bYYYY-MM-DD\./.test(description)) return "2027-01-15";
  if (/\b(url|link|address)\b/i.test(description)) return "https://media.example.com/a";
  return "a".repeat(minLength);
}

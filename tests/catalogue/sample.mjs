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
      return schema.minimum ?? schema.multipleOf ?? 1;
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

function text({ format, contentEncoding, minLength = 1 }) {
  if (contentEncoding === "base64") return "QQ==";
  const known = {
    uuid: "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b",
    uri: "https://media.example.com/a",
    date: "2027-01-15",
    "date-time": "2027-01-15T00:00:00Z",
  };
  return known[format] ?? "a".repeat(minLength);
}

// What this connector does on purpose although a case breaks: a row that no case needs fails the run.

/** @type {{mode: string, family: number, name: RegExp, reason: string}[]} */
export const known = [
  {
    mode: "api-key",
    family: 9,
    name: /a key that was made up$/,
    reason:
      "Without portal_keys_url no key can be introspected, so the lists, which are the same for everybody, are shown, and " +
      "the API decides about calls: a tool called with a made-up key is 401. A sealed token is checked always.",
  },
];

// What this connector does on purpose although a case breaks: a row that no case needs fails the run.

/** @type {{mode: string, family: number, name: RegExp, reason: string}[]} */
export const known = [
  {
    mode: "api-key",
    family: 9,
    name: /a key that was made up$/,
    reason:
      "Without a portal no key can be introspected. The lists are the same for everybody, and the API checks the key of " +
      "every call; a sealed token is checked always.",
  },
];

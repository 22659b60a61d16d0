// Tables in Markdown.

const row = (cells) => `| ${cells.map((cell) => cell ?? "").join(" | ")} |\n`;

/** A table of a row of titles and rows of cells. */
export const table = (head, rows) => row(head) + row(head.map(() => "---")) + rows.map(row).join("");

// Plays customer tasks against the running connector as a model would that knows only what MCP tells it, and says which
// facts of a task it could not have known. README.md says what a task is.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

import { emulator } from "../catalogue/emulator.mjs";
import { SECOND_KEY } from "../tools/demo-keys.mjs";
import { Values } from "./values.mjs";

/** How many characters of an answer a model is sure to see: some hosts cut there. */
export const SEEN = 2000;
/** A Wednesday: orders are delivered and figures collected at certain hours and on certain days. */
const START = "2031-05-14T09:00:00Z";
const PEOPLE = ["person-alex", "person-sam"];
const DAY_MS = 86_400_000;

/**
 * @typedef {{missing: string[], calls: number, facts: number, known: number}} Outcome What is missing, in sentences;
 *   how many calls, facts, choices and traps the task has, and how many of them hold.
 */

/** Plays tasks one after the other. */
export class Driver {
  #app;
  #controls;
  #connections = new Map();

  constructor(app) {
    this.#app = app;
    this.#controls = emulator(app);
  }

  async close() {
    for (const connection of this.#connections.values()) await (await connection).client.close();
  }

  /**
   * Plays a task from the first day of the demo people.
   * @returns {Promise<Outcome>}
   */
  async play(task) {
    const connection = await this.#connect(task.person ?? "alex", task.query ?? "");
    const play = new Play(task, connection, this.#controls, await this.#start(task.prepare ?? []));
    await play.run();
    return play.outcome();
  }

  /** Sets the emulator to the first day and returns the time there. */
  async #start(prepare) {
    await this.#controls.set("/reset");
    await this.#controls.set("/clock", { set: START });
    for (const person of PEOPLE) await this.#controls.set("/seed", { person, scenario: "first_day" });
    await this.#controls.liftRateLimit();
    for (const { path, body } of prepare) await this.#controls.set(path.replace("/emulator", ""), body);
    return new Date(START);
  }

  #connect(person, query) {
    const name = `${person}?${query}`;
    if (!this.#connections.has(name)) this.#connections.set(name, this.#open(person, query));
    return this.#connections.get(name);
  }

  async #open(person, query) {
    const key = { alex: this.#app.key, sam: SECOND_KEY }[person];
    // It declares no capability, so that no call waits for a person's answer.
    const client = new Client(
      { name: "tasks", version: "1.0.0" },
      { versionNegotiation: { mode: { pin: "2026-07-28" } } },
    );
    const url = new URL(query ? `${this.#app.mcp}?${query}` : this.#app.mcp);
    await client.connect(
      new StreamableHTTPClientTransport(url, { requestInit: { headers: { Authorization: `Bearer ${key}` } } }),
    );
    const { tools } = await client.listTools();
    const { resources } = await client.listResources();
    return {
      client,
      instructions: client.getInstructions() ?? "",
      entries: new Map(tools.map((tool) => [tool.name, entry(tool)])),
      resources,
    };
  }
}

/** What a model sees of a tool in the list. */
function entry({ name, title, description, inputSchema }) {
  return [name, title, description, JSON.stringify(inputSchema)].join("\n");
}

/** One run of a task. */
class Play {
  #task;
  #connection;
  #controls;
  #values;
  /** For each call, what it showed: {label, text, code, structured}; the texts of controls are empty. */
  #answers = [];
  #missing = [];
  #facts = 0;
  #known = 0;

  constructor(task, connection, controls, now) {
    this.#task = task;
    this.#connection = connection;
    this.#controls = controls;
    this.#values = new Values((days) => new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10));
  }

  async run() {
    const { calls, answer = [], choices = [], traps = [] } = this.#task;
    const wrong = traps.filter((trap) => trap.call);
    for (const [index, call] of calls.entries()) {
      for (const trap of wrong.filter(({ before }) => before === index)) await this.#spring(trap);
      await this.#call(call, index);
    }
    for (const trap of wrong.filter(({ before }) => !(before < calls.length))) await this.#spring(trap);
    for (const fact of answer) this.#answer(fact);
    for (const { fact, before, says } of choices) this.#choice(fact, before, says);
    for (const { trap, before = calls.length, says } of traps.filter((trap) => !trap.call))
      this.#choice(trap, before, says);
  }

  outcome() {
    const calls = this.#task.calls.filter((call) => !call.control).length;
    return { missing: this.#missing, calls, facts: this.#facts, known: this.#known };
  }

  /** Counts a fact and notes what is missing of it. */
  #judge(problems) {
    this.#facts += 1;
    if (problems.length === 0) this.#known += 1;
    this.#missing.push(...problems);
  }

  async #call(call, index) {
    const label = `call ${index} (${call.tool ?? call.resource ?? call.prompt ?? call.control})`;
    const answer = await this.#send(call, label);
    this.#answers.push(answer);
    const unkept = [];
    for (const [name, pointer] of Object.entries(call.keep ?? {})) {
      if (!this.#values.keep(name, answer.structured, pointer)) unkept.push(`${label} has no ${pointer} for {${name}}`);
    }
    const problems = answer.problem ? [answer.problem] : differs(label, call.code, answer);
    // Without an answer nothing can be kept, which is no problem of its own.
    this.#missing.push(...problems, ...(problems.length ? [] : unkept));
  }

  async #send(call, label) {
    try {
      return { label, ...(await this.#request(call)) };
    } catch (error) {
      return { label, text: "", problem: `${label} failed: ${excerpt(error.message)}` };
    }
  }

  async #request(call) {
    const { client, resources } = this.#connection;
    const filled = this.#values.fill(call.arguments ?? {});
    if (call.control) {
      await this.#controls.set(call.control.replace("/emulator", ""), this.#values.fill(call.body ?? {}));
      return { text: "" };
    }
    if (call.resource) {
      const { contents } = await client.readResource({ uri: uriOf(call.resource, resources) });
      return { text: contents.map(({ text }) => text).join("\n") };
    }
    if (call.prompt) {
      const { messages } = await client.getPrompt({ name: call.prompt, arguments: filled });
      return { text: messages.map(({ content }) => content.text).join("\n") };
    }
    const result = await client.callTool({ name: call.tool, arguments: filled });
    const { structuredContent: structured, content, isError } = result;
    const text = content.map((block) => block.text ?? "").join("\n");
    return {
      text,
      structured,
      code: isError ? (structured?.error?.code ?? "without a code") : undefined,
      structuredError: structured?.error,
    };
  }

  /** Makes a wrong call, which has to be refused or to be answered with a text that says what is wrong. */
  async #spring({ trap, call, code, says }) {
    const label = `the trap "${trap}" (${call.tool})`;
    const answer = await this.#send(call, label);
    const problems = answer.problem ? [answer.problem] : [];
    if (!answer.problem && code) problems.push(...differs(label, code, answer));
    if (!answer.problem) {
      const unseen = patterns(says).filter((pattern) => !this.#matches(pattern, [seen(answer)]));
      problems.push(...unseen.map((pattern) => `${label} does not say /${pattern}/; it says: ${excerpt(answer.text)}`));
    }
    this.#judge(problems);
  }

  #answer({ fact, call, shows, finds, within = 2 }) {
    const { label, text = "" } = this.#answers[call] ?? { label: `call ${call}, which the task does not have,` };
    const start = text.slice(0, SEEN);
    if (finds) {
      const names = [...start.matchAll(/"name":\s*"(tokportal_\w+)"/g)].map(([, name]) => name);
      const place = names.indexOf(finds) + 1;
      const found = place > 0 && place <= within;
      this.#judge(
        found
          ? []
          : [
              `${label} does not find ${finds} among the first ${within}: ${fact}; it finds ${names.join(", ") || "nothing"}`,
            ],
      );
      return;
    }
    const unseen = patterns(shows).filter((pattern) => !this.#matches(pattern, [start]));
    const beginning = start ? `it begins: ${excerpt(start)}` : "it has no text";
    const where = (pattern) => (this.#matches(pattern, [text]) ? `only after ${SEEN} characters` : beginning);
    this.#judge(
      unseen.map((pattern) => `${label} does not show: ${fact} /${this.#values.source(pattern)}/; ${where(pattern)}`),
    );
  }

  #choice(fact, before, says) {
    const texts = this.#seenBefore(before);
    const unseen = patterns(says).filter((pattern) => !this.#matches(pattern, texts));
    this.#judge(
      unseen.map((pattern) => `no text before call ${before} says: ${fact} /${this.#values.source(pattern)}/`),
    );
  }

  /** The texts that a model has seen when it makes a call: instructions, entries of tools, earlier answers. */
  #seenBefore(before) {
    const { instructions, entries } = this.#connection;
    const tools = this.#task.calls.slice(0, before + 1).flatMap(({ tool }) => tool ?? []);
    const listed = [...new Set(tools)].flatMap((tool) => entries.get(tool) ?? []);
    return [instructions, ...listed, ...this.#answers.slice(0, before).map(seen)];
  }

  #matches(pattern, texts) {
    const expression = this.#values.expression(pattern);
    return texts.some((text) => expression.test(text));
  }
}

/** What a model sees of an answer, with the hint of a failure in any case. */
function seen({ text, structuredError }) {
  return [text.slice(0, SEEN), structuredError?.hint ?? ""].join("\n");
}

function differs(label, code, answer) {
  if (answer.code === code) return [];
  const came = answer.code ? `${answer.code}: ${excerpt(answer.structuredError?.message ?? answer.text)}` : "a success";
  return [`${label} should ${code ? `fail with ${code}` : "succeed"}; it came to ${came}`];
}

/** The URI of a resource, which a task names by its URI or by words of its entry in the list. */
function uriOf(wanted, resources) {
  if (wanted.includes("://")) return wanted;
  const words = new RegExp(wanted, "i");
  const found = resources.find(({ uri, title, description }) => words.test(`${uri} ${title} ${description}`));
  if (!found) throw new Error(`no resource in the list matches /${wanted}/`);
  return found.uri;
}

function patterns(given) {
  return given === undefined ? [] : [given].flat();
}

function excerpt(given) {
  const text = given.replace(/\s+/g, " ");
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

// The emulator's keys that its banner does not show, made from the same fixed phrases as in the emulator.
import { createHash } from "node:crypto";

const key = (phrase) => `sk_${createHash("sha256").update(phrase).digest("hex")}`;

/** The demo person's read-only key. */
export const READ_ONLY_KEY = key("tokportal emulator read-only demo key");

/** The second person's key. */
export const SECOND_KEY = key("tokportal emulator second person key");

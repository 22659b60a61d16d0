// The emulator's keys beside the one that its banner shows: made from fixed phrases (crates/emulator/src/people.rs).
import { createHash } from "node:crypto";

const key = (phrase) => `sk_${createHash("sha256").update(phrase).digest("hex")}`;

/** The demo person's read-only key. */
export const READ_ONLY_KEY = key("tokportal emulator read-only demo key");

/** The second person's key. */
export const SECOND_KEY = key("tokportal emulator second person key");

// Stands for the server where it asks a person for approval, until the connector does so itself: paid tools answer
// APPROVAL_REQUIRED with the price of a dry run, and tokportal_run_approved makes the real call once.
import { randomBytes } from "node:crypto";

const RUN = "tokportal_run_approved";
const PAID =
  /^tokportal_(create_bundle|create_bundles_bulk|add_video_slots|add_edit_slots|reveal_account_credentials)$/;

/**
 * `call` with approvals. `raise` is added to the price when an approved call is made for the first time; `rest`
 * replaces members of the details.
 */
export function withApproval(call, { raise = 0, rest = {} } = {}) {
  const open = new Map();

  async function require(name, args, more = 0) {
    const { structuredContent: trial } = await call(name, { ...args, dry_run: true });
    const price = trial.credits_would_charge + more;
    const items = Object.entries(trial.cost_breakdown ?? {}).filter(
      ([item, credits]) => item !== "total" && credits > 0,
    );
    const sealed = randomBytes(24).toString("base64url");
    open.set(sealed, { name, args: JSON.stringify(args) });
    const details = {
      tool: name,
      title: "Create an order",
      question: "Order one TikTok account in the USA with 3 video slots?",
      price,
      items: items.map(([item, credits]) => ({ name: item.replaceAll("_", " "), credits })),
      balance: trial.credits_remaining,
      balance_after: trial.credits_remaining - price,
      consequences: ["This cannot be undone.", "Credits spent on an order are not refunded."],
      arguments: Object.entries(args).map(([key, value]) => ({ name: key, value: String(value) })),
      expires_at: new Date(Date.now() + 600_000).toISOString(),
      ...rest,
    };
    const error = {
      code: "APPROVAL_REQUIRED",
      message: "A person has to approve this call.",
      hint: "Wait for the person to decide.",
      retryable: false,
      details,
    };
    return {
      content: [{ type: "text", text: JSON.stringify({ error }) }],
      structuredContent: { error },
      isError: true,
      _meta: { "com.tokportal/approval": sealed },
    };
  }

  async function run({ approval, name, arguments: args }) {
    const kept = open.get(approval);
    open.delete(approval);
    if (kept?.name !== name || kept.args !== JSON.stringify(args)) {
      const error = {
        code: "APPROVAL_INVALID",
        message: "This approval was used or is for another call.",
        hint: "Ask again.",
        retryable: false,
      };
      return { content: [], structuredContent: { error }, isError: true };
    }
    if (!raise) return call(name, args);
    const more = raise;
    raise = 0;
    return require(name, args, more);
  }

  return (name, args = {}) =>
    name === RUN ? run(args) : PAID.test(name) && !args.dry_run ? require(name, args) : call(name, args);
}

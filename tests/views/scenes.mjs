// What the views show in the tests of their looks: answers of the connector in front of the emulator's first day.
const ORDER = { bundle_type: "account_and_videos", platform: "tiktok", country: "USA", videos_quantity: 3 };

/** The scenes: name, view, arguments and result of the call that opens it, and what answers the calls of the view. */
export async function scenes({ call, data }) {
  const bundles = await data("tokportal_list_bundles");
  const titled = (title) => bundles.find((bundle) => bundle.title === title).id;
  const [account] = await data("tokportal_list_accounts", { platform: "instagram" });
  const scene = async (name, view, tool, input) => ({ name, view, input, result: await call(tool, input), call });
  return [
    await scene("dashboard", "dashboard", "tokportal_get_analytics_dashboard", {}),
    await scene("dashboard-series", "dashboard", "tokportal_get_analytics_series", {
      metric: "followers",
      mode: "cumulative",
      granularity: "day",
    }),
    await scene("dashboard-account", "dashboard", "tokportal_get_analytics_account", { id: account.id }),
    await scene("order", "order", "tokportal_create_bundle", ORDER),
    await scene("order-outcome", "order", "tokportal_create_bundle", { ...ORDER, dry_run: true }),
    await scene("order-failed", "order", "tokportal_create_bundle", { ...ORDER, country: "ZZ" }),
    await scene("tracker", "tracker", "tokportal_get_bundle", { id: titled("Maple Kitchen Canada") }),
    await scene("tracker-posted", "tracker", "tokportal_list_bundle_videos", { id: titled("Maple Kitchen UK launch") }),
    await scene("account", "account", "tokportal_get_account", { id: account.id }),
  ];
}

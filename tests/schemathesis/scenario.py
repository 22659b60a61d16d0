"""Fills a workspace with objects of every kind, so that generated requests reach more than "no such object"."""

START = "2026-12-01T09:00:00Z"
FIRST_DAY = "2026-12-06"
TARGET = "https://www.tiktok.com/@chef.lina/video/7400000000000000000"
HOUR = 3600


def prepare(app):
    """Fills the workspace and returns ids: for the first segment of a path, a list of the values that may follow it."""
    app.control("/clock", {"set": START})
    app.control("/seed", {"scenario": "first_day"})
    # Generated orders must neither reach the rate limit nor run out of credits.
    app.control("/rate-limit", {"size": 1e9, "refill_per_second": 1e9})
    app.control("/credits", {"balance": 1_000_000_000})

    bundles = [order(app, number) for number in range(12)]
    for bundle in bundles[:3]:
        app.call("POST", f"/bundles/{bundle}/publish")
    accounts = [account["id"] for account in app.call("GET", "/accounts")["data"]]
    tiktok = app.call("GET", "/accounts?platform=tiktok")["data"][0]["id"]
    # A loopback receiver, so that nothing leaves this computer; failed deliveries are listed as well.
    hooks = [
        app.call("POST", "/webhooks", {"url": "http://127.0.0.1:9/hook", "events": ["bundle.created"]})["data"]["id"]
        for _ in range(4)
    ]
    deliveries = []
    for hook in hooks:
        app.call("POST", f"/webhooks/{hook}/test")
        deliveries += [delivery["id"] for delivery in app.call("GET", f"/webhooks/{hook}/deliveries")["data"]]
    terms = {"search_terms": ["one pot", "meal prep", "easy dinner"]}
    app.call("POST", f"/accounts/{tiktok}/rewarm", terms)
    sessions = [session["id"] for session in app.call("GET", f"/accounts/{tiktok}/warming-sessions")["data"]]
    texts = [f"unmatched {number}" for number in range(16)]
    app.call("POST", "/comments", comments(tiktok, texts))
    app.control("/clock", {"advance_seconds": 25 * HOUR})
    posts, videos = [], []
    for account in accounts:
        for post in app.call("GET", f"/analytics/accounts/{account}")["data"]["posts"]:
            posts.append(post["tracked_post_id"])
    for bundle in app.call("GET", "/bundles?status=completed")["data"]:
        slots = app.call("GET", f"/bundles/{bundle['id']}/videos")["data"]
        videos += [slot["id"] for slot in slots if slot["status"] == "finalized"]
    app.call("POST", "/comments", comments(tiktok, ["One more", "And another"]))
    # The newest task comes last: it is still pending, so it can be deleted.
    tasks = [task["id"] for task in app.call("GET", "/comments")["data"]][::-1]
    everything = app.call("GET", "/bundles?per_page=100")["data"]
    return {
        "accounts": accounts,
        "bundles": [bundle["id"] for bundle in everything],
        "comments": tasks,
        "deliveries": deliveries,
        "posts": posts,
        "videos": videos,
        "warming-sessions": sessions,
        "webhooks": hooks,
    }


def order(app, number):
    body = {
        "bundle_type": "account_and_videos",
        "country": "FR",
        "videos_quantity": 3,
        "edits_quantity": 1,
        "wants_advanced_warming": True,
        "advanced_warming_terms_count": 3,
        "auto_finalize_videos": False,
    }
    bundle = app.call("POST", "/bundles", body)["data"]["id"]
    profile = {
        "username": f"maple.{number}",
        "visible_name": "Maple",
        "biography": "Dinner",
        "profile_picture_url": "p.jpg",
    }
    app.call("PUT", f"/bundles/{bundle}/account", profile)
    video = {
        "video_type": "video",
        "target_publish_date": FIRST_DAY,
        "description": "A caption",
        "video_url": "https://media.example.com/a.mp4",
    }
    for position in (1, 2):
        app.call("PUT", f"/bundles/{bundle}/videos/{position}", video)
    return bundle


def comments(account, texts):
    task = {"saved_account_id": account, "target_video_url": TARGET}
    return {"tasks": [{**task, "comment_text": text} for text in texts]}

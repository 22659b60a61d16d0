//! Reports: documents, and the links to them.

use serde_json::{Value, json};

use super::dashboard;
use crate::tests::document::assert_documented;
use crate::tests::world::World;

#[test]
fn a_report_is_a_document_that_escapes_what_it_is_given() {
    let world = World::new();
    let html = |body: Value| {
        let reply = world.call("POST", "/analytics/export/reports/html", Some(body));
        assert_eq!(
            (reply.status(), reply.header("content-type")),
            (200, Some("text/html"))
        );
        String::from_utf8(reply.0.body().to_vec()).unwrap()
    };
    let page =
        html(json!({ "title": "<script>1</script>", "brandName": "A & B", "brandAccent": "#0a7" }));
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>"));
    assert!(
        !page.contains("<script") && page.contains("A &#38; B") && page.contains("--accent: #0a7;")
    );
    let total = dashboard(&world, "")["totals"]["views"].as_i64().unwrap();
    let shown: String = page.chars().filter(|letter| *letter != ',').collect();
    assert!(shown.contains(&format!("<dd>{total}</dd>")), "{total}");
    for (template, charts, tables) in [
        ("executive", 1, 2),
        ("agency", 2, 2),
        ("creator", 1, 1),
        ("minimal", 0, 1),
        ("growth", 2, 2),
        ("board", 1, 1),
    ] {
        let page = html(json!({ "template": template }));
        let count = |part: &str| page.matches(part).count();
        assert_eq!(
            (count("<svg"), count("<table")),
            (charts, tables),
            "{template}"
        );
        for tag in ["div", "table", "tr", "td", "figure", "dl", "main", "p"] {
            assert_eq!(
                count(&format!("<{tag}>")) + count(&format!("<{tag} ")),
                count(&format!("</{tag}>")),
                "{template}: {tag}"
            );
        }
    }
    for (body, field) in [
        (json!({ "brandAccent": "red;}" }), "brandAccent"),
        (json!({ "from": "then" }), "from"),
        (json!({ "template": "poster" }), "template"),
    ] {
        let reply = world.call("POST", "/analytics/export/reports/html", Some(body));
        assert_documented("/analytics/export/reports/html", "POST", &reply);
        assert_eq!(
            reply.json()["error"]["details"]["fields"][0]["field"],
            field
        );
    }
}

#[test]
fn a_shared_report_opens_by_its_link_only() {
    let world = World::new();
    let make = |headers: &[(&str, &str)]| {
        let body = Some(json!({ "title": "For the board", "platforms": ["tiktok"] }));
        let reply = world.call_with("POST", "/analytics/export/reports", body, headers);
        assert_documented("/analytics/export/reports", "POST", &reply);
        reply
    };
    let open = |url: &str| {
        let request = http::Request::get(url).body(bytes::Bytes::new()).unwrap();
        world.send(request)
    };
    let report = make(&[]).data();
    let url = report["url"].as_str().unwrap();
    assert!(url.ends_with(report["token"].as_str().unwrap()));
    let page = open(url);
    assert_eq!(page.status(), 200);
    assert!(String::from_utf8_lossy(page.body()).contains("For the board"));
    assert_eq!(open("http://localhost:3000/reports/0000").status(), 404);
    let dry = make(&[("x-tokportal-dry-run", "true")]).data();
    assert_eq!(open(dry["url"].as_str().unwrap()).status(), 404);
    assert_eq!(
        make(&[("idempotency-key", "k")]).refusal(),
        (
            400,
            "IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE".into()
        )
    );
}

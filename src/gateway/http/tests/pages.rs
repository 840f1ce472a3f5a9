//! What people are shown.

use super::*;

async fn pages(gateway: &Gateway) -> Vec<(String, Answer)> {
    let id = gateway.hostile_request("local");
    let mut pages = Vec::new();
    for path in ["/", "/executions", &format!("/executions/{id}"), "/executions/unknown"] {
        pages.push((path.to_owned(), gateway.get(path).await));
    }
    pages
}

#[tokio::test]
async fn hostile_text_does_nothing_on_a_page() {
    let gateway = Gateway::new(open());
    gateway.status.is_down.store(true, Ordering::Relaxed);
    for (path, page) in pages(&gateway).await {
        assert!(!page.body.contains("<script>"), "{path}");
        assert!(!page.body.contains("\" onload"), "{path}");
        assert!(!page.body.contains(['\u{202e}', '\u{1b}']), "{path}");
        assert!(!page.body.contains(SECRET), "{path}");
        if path != "/executions/unknown" {
            assert!(
                page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;\\u{202e}\\u{1b}[2J&quot; onload"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn pages_load_nothing_but_their_own_assets() {
    let gateway = Gateway::new(open());
    for (path, page) in pages(&gateway).await {
        let policy = page.headers["content-security-policy"].to_str().expect("text");
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        assert_eq!(page.headers["cache-control"], "no-store");
        assert!(!page.body.contains("style=") && !page.body.contains("http://") && !page.body.contains("https://"));
        let assets: Vec<_> = page.body.split('"').filter(|text| text.starts_with("/assets/")).collect();
        assert_eq!(assets.len(), 3, "{path}");
        for asset in assets {
            let answer = gateway.get(asset).await;
            assert_eq!(answer.status, StatusCode::OK, "{asset}");
            assert!(answer.headers["cache-control"].to_str().expect("text").contains("immutable"));
        }
    }
    assert_eq!(gateway.get("/assets/style-0.css").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_page_has_what_a_screen_reader_goes_by() {
    let gateway = Gateway::new(open());
    for (path, page) in pages(&gateway).await {
        let count = |text: &str| page.body.matches(text).count();
        assert_eq!((count("<h1"), count("<main"), count("<title>"), count("lang=\"en\"")), (1, 1, 1, 1), "{path}");
        assert_eq!((count("<header"), count("<nav"), count("<footer")), (1, 1, 1), "{path}");
        assert_eq!(count("<table"), count("<caption"), "{path}");
        assert!(page.body.contains("<body><a class=\"skip\" href=\"#main\">"), "{path}");
        assert_eq!(
            count("<svg"),
            count("role=\"img\"") + count("class=\"bar\""),
            "{path}: drawings without a description"
        );
        let mut ids: Vec<_> = page.body.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{path} has an id twice");
        for label in ["aria-labelledby=\"", "aria-describedby=\""] {
            for named in page.body.split(label).skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(ids.binary_search(&named).is_ok(), "{path}: there is no {named}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_has_the_parts_that_its_script_fetches() {
    let gateway = Gateway::new(open());
    let recorder = Recorder::new();
    let live = gateway.activity.begin(Begun {
        principal: Principal::default(),
        client: None,
        kind: RequestKind::Tool { id: ToolId::new("crm", "find") },
        recorder,
    });
    let execution = format!("/executions/{}", live.id());
    for (path, fragment) in [("/", "/fragments/overview".to_owned()), (&*execution, format!("/fragments{execution}"))] {
        let page = gateway.get(path).await;
        assert!(page.body.contains(&format!("data-fragment=\"{fragment}\"")), "{path}");
        let parts = gateway.get(&fragment).await;
        let names = |body: &str| body.matches("data-part").count();
        assert!(names(&parts.body) > 2 && !parts.body.contains("<html"), "{path}");
        assert_eq!(names(&page.body), names(&parts.body), "{path}");
        assert!(!parts.body.contains("data-ended"), "{path}");
    }
    drop(live);
    // Once it has ended, nothing changes any more.
    assert!(!gateway.get(&execution).await.body.contains("data-fragment"));
    assert!(gateway.get(&format!("/fragments{execution}")).await.body.contains("data-ended"));
}

#[tokio::test]
async fn the_overview_is_no_longer_than_somebody_reads() {
    let gateway = Gateway::new(open());
    let begin = || {
        let (principal, kind) = (Principal::default(), RequestKind::Program { source: "x".into() });
        gateway.activity.begin(Begun { principal, client: None, kind, recorder: Recorder::new() })
    };
    (0..30).for_each(|_| drop(begin()));
    let live: Vec<_> = (0..60).map(|_| begin()).collect();
    let page = gateway.get("/").await.body;
    let rows = |table: &str| page.matches(&format!("id=\"{table}-table-")).count() - 2;
    assert_eq!((rows("running"), rows("recent")), (50, 25));
    assert!(page.contains("And 10 more.") && page.contains("All 30 that are kept"));
    assert_eq!(gateway.get("/executions").await.body.matches("/executions/").count(), 30);
    drop(live);
}

#[tokio::test]
async fn the_overview_says_what_is_wrong() {
    let gateway = Gateway::new(open());
    assert!(gateway.get("/").await.body.contains("All is well"));
    gateway.status.is_down.store(true, Ordering::Relaxed);
    gateway.status.is_firing.store(true, Ordering::Relaxed);
    let page = gateway.get("/").await.body;
    assert!(page.contains("Degraded") && page.contains("above the alert line of 10.0 %"));
    assert!(page.contains("20.0 % of the last 50 programs fell back; the alert is at 10.0 %"));
}

//! Whole requests through the router: who may ask, what comes back, what is kept when something goes wrong.

#[allow(dead_code)]
mod fixture;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use fixture::{CSRF, FixtureBureau, SECRET};
use http_body_util::BodyExt;
use luoshi_web::{App, router};
use tower::ServiceExt;

struct House {
    bureau: Arc<FixtureBureau>,
    app: App,
}

fn house() -> House {
    let bureau = Arc::new(FixtureBureau::default());
    House { app: App::new(bureau.clone(), false), bureau }
}

impl House {
    async fn send(&self, request: Request<Body>) -> Response {
        router(self.app.clone()).oneshot(request).await.unwrap()
    }

    async fn get(&self, address: &str) -> (StatusCode, String) {
        read(self.send(signed_in(Request::get(address)).body(Body::empty()).unwrap()).await).await
    }

    async fn post(&self, address: &str, body: &str) -> (StatusCode, String) {
        read(self.send(signed_in(Request::post(address)).body(Body::from(body.to_string())).unwrap()).await).await
    }
}

fn signed_in(request: axum::http::request::Builder) -> axum::http::request::Builder {
    request.header(header::COOKIE, format!("luoshi_session={SECRET}"))
}

async fn read(response: Response) -> (StatusCode, String) {
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.into()).unwrap())
}

fn text<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

// ------------------------------------------------------------------------------------------------- safety of answers

#[tokio::test]
async fn every_answer_carries_the_policy_and_pages_are_not_kept() {
    for address in ["/plan/yiwu-2021", "/sign-in", "/nowhere", "/health", "/api/plan/yiwu-2021"] {
        let response = house().send(signed_in(Request::get(address)).body(Body::empty()).unwrap()).await;
        let policy = text(&response, "content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{address}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{address}: {policy}");
        assert_eq!(text(&response, "x-content-type-options"), "nosniff");
        assert_eq!(text(&response, "referrer-policy"), "same-origin");
        assert_eq!(text(&response, "cache-control"), "no-store", "{address}");
        assert!(!text(&response, "x-request-id").is_empty());
    }
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let enter = || Request::post("/sign-in/demo").body(Body::from("name=zhoumin&back=/plan/yiwu-2021")).unwrap();
    let house = house();
    let response = house.send(enter()).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(text(&response, "location"), "/plan/yiwu-2021");
    assert_eq!(text(&response, "set-cookie"), format!("luoshi_session={SECRET}; HttpOnly; SameSite=Lax; Path=/"));
    let behind_tls = router(App::new(house.bureau.clone(), true)).oneshot(enter()).await.unwrap();
    assert!(text(&behind_tls, "set-cookie").ends_with("; Secure"));
}

#[tokio::test]
async fn a_file_is_kept_for_ever_under_its_digest_only() {
    let house = house();
    let (_, page) = house.get("/sign-in").await;
    let style = page.split('"').find(|part| part.ends_with("/luoshi.css")).unwrap().to_string();
    let response = house.send(Request::get(&style).body(Body::empty()).unwrap()).await;
    assert_eq!(text(&response, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(text(&response, "content-type"), "text/css; charset=utf-8");
    let (_, sheet) = read(response).await;
    assert!(sheet.contains(".plan:has(option[value=o31]:checked) .c:not(.o31)"));
    let (status, _) = house.get("/asset/0000000000000000/luoshi.css").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn pages_are_packed_when_the_browser_can_unpack() {
    let request =
        signed_in(Request::get("/plan/yiwu-2021")).header(header::ACCEPT_ENCODING, "gzip").body(Body::empty()).unwrap();
    let response = house().send(request).await;
    assert_eq!(text(&response, "content-encoding"), "gzip");
    assert!(response.into_body().collect().await.unwrap().to_bytes().len() < 20_000);
}

// --------------------------------------------------------------------------------------------------------- signing in

#[tokio::test]
async fn a_stranger_is_led_to_the_sign_in_page_and_back() {
    let response = house().send(Request::get("/plan/yiwu-2021?as-of=2021-06-30").body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(text(&response, "location"), "/sign-in?back=%2Fplan%2Fyiwu-2021%3Fas-of%3D2021-06-30");
    let (_, page) =
        read(house().send(Request::get(text(&response, "location")).body(Body::empty()).unwrap()).await).await;
    assert!(page.contains(r#"name="back" value="/plan/yiwu-2021?as-of=2021-06-30""#));
}

#[tokio::test]
async fn a_piece_of_a_page_sends_a_stranger_away_from_the_page() {
    let request = Request::get("/register/project/39/peek").header("hx-request", "true").body(Body::empty()).unwrap();
    let response = house().send(request).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(text(&response, "hx-redirect").starts_with("/sign-in?back="));
}

#[tokio::test]
async fn a_wrong_password_is_said_by_the_form_and_the_name_stays() {
    let (status, page) = house().post("/sign-in", "name=zhoumin&password=guess&back=/").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(page.contains("账号或密码不对") && page.contains(r#"value="zhoumin""#) && page.contains(r#"role="alert""#));
    assert!(!page.contains("guess"), "a password is never shown again");
    let (status, page) = house().post("/sign-in", "name=&password=").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(page.contains("请填写账号和密码") && page.contains("W007"));
}

#[tokio::test]
async fn the_way_back_never_leads_out_of_the_house() {
    for back in ["//evil.example", "https://evil.example/", "/%5Cevil.example"] {
        let response = house()
            .send(Request::post("/sign-in/demo").body(Body::from(format!("name=zhoumin&back={back}"))).unwrap())
            .await;
        assert_eq!(text(&response, "location"), "/", "{back}");
        let response = house()
            .send(Request::get(format!("/preference?theme=dark&back={back}")).body(Body::empty()).unwrap())
            .await;
        assert_eq!(text(&response, "location"), "/", "{back}");
    }
}

#[tokio::test]
async fn signing_out_needs_the_token() {
    let (status, page) = house().post("/sign-out", "csrf=guess").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(page.contains("W005"));
    let response =
        house().send(signed_in(Request::post("/sign-out")).body(Body::from(format!("csrf={CSRF}"))).unwrap()).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert!(text(&response, "set-cookie").contains("Max-Age=0"));
}

#[tokio::test]
async fn language_and_theme_are_chosen_without_script() {
    let response = house().send(Request::get("/preference?lang=en&back=/sign-in").body(Body::empty()).unwrap()).await;
    assert_eq!(
        (text(&response, "location"), text(&response, "set-cookie")),
        ("/sign-in", "lang=en; SameSite=Lax; Path=/; Max-Age=31536000")
    );
    let request = Request::get("/sign-in").header(header::COOKIE, "lang=en; theme=dark").body(Body::empty()).unwrap();
    let (_, page) = read(house().send(request).await).await;
    assert!(page.contains(r#"<html lang="en" data-theme="dark">"#) && page.contains("Sign in"));
    let response = house().send(Request::get("/preference?theme=%3Cscript%3E").body(Body::empty()).unwrap()).await;
    assert_eq!(text(&response, "set-cookie"), "");
}

// ------------------------------------------------------------------------------------------------------ wrong questions

#[tokio::test]
async fn unknown_pages_are_said_in_a_sentence() {
    for address in [
        "/nowhere",
        "/plan/unknown",
        "/plan/yiwu-2021/unknown",
        "/register/secret",
        "/register/project/999",
        "/register/project/abc",
    ] {
        let (status, page) = house().get(address).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{address}");
        assert!(page.contains("没有这一页") && page.contains("D001") && page.contains("请求编号"), "{address}");
    }
    let (status, _) = house().post("/plan/yiwu-2021", "").await;
    assert!(status.is_client_error());
}

#[tokio::test]
async fn a_day_that_does_not_exist_is_said_and_not_guessed() {
    for address in
        ["/plan/yiwu-2021?as-of=2021-02-30", "/plan/yiwu-2021/22?on=2021-02-30", "/register/project?as-of=2021-02-30"]
    {
        let (status, page) = house().get(address).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{address}");
        assert!(page.contains("没有“2021-02-30”这一天"), "{address}");
    }
    let (status, page) = house().get("/plan/yiwu-2021?as-of=2021-06-30&on=2021-06-30").await;
    assert!(status == StatusCode::BAD_REQUEST && page.contains("请只留一个"));
}

#[tokio::test]
async fn what_an_address_carries_is_shown_as_text() {
    let (_, page) = house().get("/plan/yiwu-2021?as-of=%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!page.contains("<script>alert") && page.contains("&lt;script&gt;"));
}

#[tokio::test]
async fn every_link_of_a_page_of_another_day_keeps_the_day() {
    for address in [
        "/plan/yiwu-2021?as-of=2021-06-30",
        "/plan/yiwu-2021/22?as-of=2021-06-30",
        "/register/project?as-of=2021-06-30",
        "/register/project/39?as-of=2021-06-30",
    ] {
        let (_, page) = house().get(address).await;
        assert!(page.contains("当时所知") && page.contains("回到今天"), "{address}");
        let today = page
            .split("class=\"past\"")
            .nth(1)
            .and_then(|band| band.split('"').find(|part| part.starts_with('/')))
            .unwrap();
        let lost: Vec<&str> = page
            .split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|href| (href.starts_with("/plan/") || href.starts_with("/register/")) && *href != today)
            .filter(|href| !href.contains("as-of=") && !href.ends_with("/new") && !href.ends_with("/import"))
            .collect();
        assert!(lost.is_empty(), "{address}: {lost:?}");
        assert!(!page.contains("/move/") && !page.contains("/edit"), "the past is not changed: {address}");
    }
}

#[tokio::test]
async fn the_small_form_of_a_day_asks_by_either_time() {
    let (status, page) = house().get("/plan/yiwu-2021?day=2021-06-30&time=on").await;
    assert!(status == StatusCode::OK && page.contains("截至 2021年6月30日 按现在所知"));
    let (_, page) = house().get("/plan/yiwu-2021?day=2021-06-30&time=as-of").await;
    assert!(page.contains("截至 2021年6月30日 当时所知"));
}

// ------------------------------------------------------------------------------------------------------------ saving

#[tokio::test]
async fn one_more_of_several_is_taken_in_without_saving() {
    let house = house();
    let chosen = "_each.funds=&_each.funds=city&_each.funds=above&_each.also=义亭";
    let again = format!("csrf={CSRF}&request=r7&_version=14&title=改过的名称&{chosen}&_again=1");
    let (status, page) = house.post("/register/project/39", &again).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("value=\"改过的名称\"") && page.contains("value=\"r7\"") && page.contains("value=\"14\""));
    assert!(house.bureau.saves.lock().unwrap().is_empty(), "nothing was written");
    let form =
        page.split("<form").find(|form| form.starts_with(" method=\"post\" action=\"/register/project/39\"")).unwrap();
    assert!(form.split("<button").nth(1).unwrap().starts_with(" class=\"first\""), "Enter saves");
    let (status, _) = house.post("/register/project/39", &again.replace("&_again=1", "")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let saves = house.bureau.saves.lock().unwrap();
    assert_eq!((saves[0].typed["funds"].as_str(), saves[0].typed["also"].as_str()), ("city\nabove", "义亭"));
}

#[tokio::test]
async fn a_save_leads_to_the_record() {
    let house = house();
    let response = house
        .send(
            signed_in(Request::post("/register/project/39"))
                .body(Body::from(format!("csrf={CSRF}&request=r7&_version=14&_reason=fix&places=400")))
                .unwrap(),
        )
        .await;
    assert_eq!((response.status(), text(&response, "location")), (StatusCode::SEE_OTHER, "/register/project/39"));
    let saves = house.bureau.saves.lock().unwrap();
    let save = &saves[0];
    assert_eq!(
        (save.register.as_str(), save.id, save.version, save.reason.as_str(), save.request.as_str()),
        ("project", Some(39), Some(14), "fix", "r7")
    );
    assert_eq!(save.typed.len(), 1, "what the form adds for itself is no field: {:?}", save.typed);
}

#[tokio::test]
async fn a_move_is_posted_to_its_own_address() {
    let house = house();
    let (status, _) = house
        .post("/register/project/39/move/complete", &format!("csrf={CSRF}&_version=14&completed_on=2021-09-30"))
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(house.bureau.saves.lock().unwrap()[0].by_move.as_deref(), Some("complete"));
}

#[tokio::test]
async fn a_form_posted_twice_carries_the_same_request() {
    let house = house();
    for _ in 0..2 {
        house.post("/register/project", &format!("csrf={CSRF}&request=only-once&title=a")).await;
    }
    let saves = house.bureau.saves.lock().unwrap();
    assert!(saves.len() == 2 && saves.iter().all(|save| save.request == "only-once"));
}

#[tokio::test]
async fn what_is_computed_stands_on_a_form_without_an_input() {
    let (_, page) = house().get("/register/project/39/edit").await;
    assert!(page.contains(r#"<output class="q" id="f-per_place">16.20</output>"#), "{page}");
    assert!(!page.contains(r#"name="per_place""#));
}

#[tokio::test]
async fn a_form_without_its_token_comes_back_with_everything_typed() {
    let house = house();
    for body in ["places=360&request=r9&_reason=because", "csrf=guess&places=360&request=r9&_reason=because"] {
        let (status, page) = house.post("/register/project/39", body).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(
            page.contains("W005")
                && page.contains(r#"value="360""#)
                && page.contains(r#"value="because""#)
                && page.contains(r#"value="r9""#)
        );
        assert!(page.contains(&format!(r#"name="csrf" value="{CSRF}""#)), "one more click saves it");
    }
    assert!(house.bureau.saves.lock().unwrap().is_empty(), "nothing was written");
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_even_with_the_token() {
    let house = house();
    let request = signed_in(Request::post("/register/project/39"))
        .header(header::ORIGIN, "http://evil.example")
        .header(header::HOST, "127.0.0.1:8080")
        .body(Body::from(format!("csrf={CSRF}&places=1")))
        .unwrap();
    let (status, _) = read(house.send(request).await).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(house.bureau.saves.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_refused_field_is_said_beside_it() {
    let (status, page) =
        house().post("/register/project/39", &format!("csrf={CSRF}&request=r1&_version=14&places=432")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains(r#"name="places" value="432""#));
    assert!(page.contains(r#"aria-invalid="true" aria-describedby="f-places-no""#));
    assert!(
        page.contains(r#"<p class="err" id="f-places-no" role="alert">"#)
            && page.contains("XM-07 超过班数与班额之积：8×50=400。")
    );
    assert!(
        page.contains("还有 1 处不合规则")
            && page.contains(r#"name="_version" value="14""#)
            && page.contains(r#"name="request" value="r1""#)
    );
}

#[tokio::test]
async fn ten_thousand_characters_and_markup_in_a_title_come_back_as_typed() {
    let long = "长".repeat(10_000);
    let encoded: String = long.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let (status, page) = house().post("/register/project", &format!("csrf={CSRF}&title={encoded}")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains(&format!(r#"name="title" value="{long}""#)) && page.contains("名称最多 200 个字"));
    let (_, page) = house()
        .post("/register/project", &format!("csrf={CSRF}&places=432&title=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22"))
        .await;
    assert!(page.contains("value=\"&lt;script&gt;alert(1)&lt;/script&gt;&quot;\"") && !page.contains("<script>alert"));
    let (_, page) = house().get("/register/project/40").await;
    assert!(!page.contains("<script>alert"));
}

#[tokio::test]
async fn two_people_at_once_see_both_values() {
    let (status, page) =
        house().post("/register/project/39", &format!("csrf={CSRF}&_version=13&places=conflict")).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(
        page.contains("何晓 在 9月30日 09:41 先保存了这条记录")
            && page.contains("<td>2021-11-28</td><td><b>2021-11-20</b></td>")
    );
    assert!(page.contains(r#"value="conflict""#));
}

#[tokio::test]
async fn whatever_goes_wrong_nothing_typed_is_lost() {
    for (typed, status) in [
        ("forbidden", StatusCode::FORBIDDEN),
        ("busy", StatusCode::SERVICE_UNAVAILABLE),
        ("break", StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        let (answered, page) = house()
            .post(
                "/register/project/39",
                &format!("csrf={CSRF}&request=r3&_version=14&places={typed}&title=%E4%B9%89%E4%BA%AD"),
            )
            .await;
        assert_eq!(answered, status, "{typed}");
        assert!(
            page.contains("义亭") && page.contains(typed) && page.contains(r#"name="request" value="r3""#),
            "{typed}"
        );
    }
}

#[tokio::test]
async fn an_ended_session_keeps_what_was_typed() {
    let request = Request::post("/register/project/39")
        .header(header::COOKIE, "luoshi_session=ended")
        .body(Body::from("csrf=x&title=kept"))
        .unwrap();
    let (status, page) = read(house().send(request).await).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(page.contains("kept</textarea>") && page.contains("在新窗口登录"));
}

#[tokio::test]
async fn a_body_beyond_a_mebibyte_is_refused_in_a_sentence() {
    let (status, page) = house().post("/register/project", &format!("csrf={CSRF}&title={}", "a".repeat(1 << 20))).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.contains("超过 1 MiB") && page.contains("W004"));
}

#[tokio::test(start_paused = true)]
async fn who_gets_no_turn_within_three_seconds_is_told_and_keeps_what_was_typed() {
    let house = House { app: house().app.with_turns(0), ..house() };
    let began = tokio::time::Instant::now();
    let (status, page) = house.get("/plan/yiwu-2021").await;
    assert_eq!((status, began.elapsed().as_secs()), (StatusCode::SERVICE_UNAVAILABLE, 3));
    assert!(page.contains("系统繁忙") && page.contains("W008"));
    let (status, page) = house.post("/register/project/39", "csrf=x&title=kept").await;
    assert!(status == StatusCode::SERVICE_UNAVAILABLE && page.contains("kept</textarea>"));
}

#[tokio::test]
async fn something_broken_is_said_with_its_number() {
    let request = Request::get("/").header(header::COOKIE, "luoshi_session=broken").body(Body::empty()).unwrap();
    let response = house().send(request).await;
    let number = text(&response, "x-request-id").to_string();
    let (status, page) = read(response).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(page.contains("W009") && page.contains(&number));
}

#[tokio::test]
async fn who_may_only_read_is_offered_nothing_to_change() {
    let request = Request::get("/register/project/39")
        .header(header::COOKIE, "luoshi_session=auditor")
        .body(Body::empty())
        .unwrap();
    let (_, page) = read(house().send(request).await).await;
    assert!(page.contains("只读") && !page.contains("/move/") && !page.contains("/edit"));
}

// ----------------------------------------------------------------------------------------------------------- fragments

#[tokio::test]
async fn a_plan_shows_what_is_bound_and_marks_what_is_not() {
    let (_, page) = house().get("/plan/yiwu-2021").await;
    assert!(page.contains("计划写下承诺 76 条，其中 7 条已绑定到数") && page.contains("其余 69 条尚未绑定"));
    assert!(page.contains("<b>超期公开</b>：应在 2021年2月18日 前公开，2021年11月17日才公开"));
    assert!(page.contains(concat!(
        r##"<div class="c y o0" id="m-22"><svg class="lt y" role="img" aria-label="黄灯"><use href="#lt-y"></use></svg>"##,
        r##"<a class="t" href="/plan/yiwu-2021/22">新增中小幼学位<u>16300</u>个，</a>"##,
        r##"<div class="num"><span class="v">11,730</span><span class="g">/ 16,300 个</span>"##,
    )));
    assert!(page.contains(r##"<div class="c u o5" id="m-2"><svg class="lt n" role="img" aria-label="尚未绑定">"##));
    assert!(page.contains(r##"<a class="ub o5" id="m-1" href="/plan/yiwu-2021/1" title="尚未绑定到任何数">完善领导小组全体会议集中学习制度</a>，加大"##));
}

#[tokio::test]
async fn a_peek_is_the_same_piece_in_the_page_and_alone() {
    let (_, alone) = house().get("/register/project/39/peek").await;
    let (_, page) = house().get("/register/project?peek=39").await;
    assert!(!alone.contains("<html") && page.contains(&alone));
    assert!(page.contains(r##"hx-get="/register/project/39/peek" hx-target="#peek""##));
}

#[tokio::test]
async fn a_long_list_is_turned_page_by_page() {
    let (_, page) = house().get("/register/lamp?page=7&sort=-rooms").await;
    assert!(page.contains("第 7 / 21 页，共 1,046 项"));
    assert!(page.contains(r#"rel="prev" href="/register/lamp?sort=-rooms&amp;page=6""#) && page.contains("page=8"));
}

#[tokio::test]
async fn a_filter_is_taken_away_by_its_own_link() {
    let (_, page) = house().get("/register/project?view=due&stage=junior&sort=due").await;
    assert!(
        page.contains(r#"<a class="x" href="/register/project?view=due&amp;sort=due" aria-label="去掉 学段 是 初中">"#)
    );
    assert!(page.contains(r#"<option value="junior" selected>初中</option>"#), "the form shows what is set");
}

#[tokio::test]
async fn a_register_explains_itself_with_its_flow_as_a_picture() {
    let (status, page) = house().get("/register/project/about").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(page.matches("<svg class=\"fp ").count(), 2, "one drawing lies, one stands");
    for part in ["XM-07", "新增学位 大于 班数与班额之积", "填报人以外的人", "退回储备", "新增中小幼学位"]
    {
        assert!(page.contains(part), "{part}");
    }
    let (_, list) = house().get("/register/project").await;
    assert!(list.contains(r#"href="/register/project/about""#));
    let (status, _) = house().get("/register/nothing/about").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_piece_of_a_page_that_fails_is_a_piece_too() {
    let asked = signed_in(Request::get("/register/project/404/peek")).header("hx-request", "true");
    let (status, piece) = read(house().send(asked.body(Body::empty()).unwrap()).await).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(piece.starts_with(r#"<div class="state err" role="alert">"#), "{piece}");
}

#[tokio::test]
async fn suggestions_come_as_options() {
    let (_, options) = house().get("/suggest/project/school?school=%E4%B9%89%E4%BA%AD").await;
    assert_eq!(options, r#"<option value="义亭镇中学">11</option><option value="义亭镇第二小学">12</option>"#);
}

#[tokio::test]
async fn a_printed_page_names_bureau_and_day() {
    let (_, sheet) = house().get("/print.css?as-of=2021-06-30").await;
    assert_eq!(
        sheet,
        "@page{@bottom-left{content:\"落实 · 义乌市教育局 · 2021年6月30日 按当时所知 · 演示数据\";font-size:8pt;color:#555}}\n"
    );
    let (_, page) = house().get("/plan/yiwu-2021").await;
    assert!(page.contains(r#"href="/print.css?day=2021-09-30""#));
}

// ----------------------------------------------------------------------------------------------------------------- api

#[tokio::test]
async fn the_api_answers_like_the_pages() {
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let (_, text) = house().get("/api/plan/yiwu-2021/22").await;
    let number = &json(&text)["targets"][0]["number"];
    assert_eq!(
        (&number["value"], &number["light"], &number["records"]),
        (&"11,730".into(), &"yellow".into(), &27.into())
    );
    let (_, text) = house().get("/api/plan/yiwu-2021").await;
    assert_eq!(json(&text)["sections"][1]["measures"].as_array().unwrap().len(), 16);
    let (_, text) = house().get("/api/register/project").await;
    assert_eq!(json(&text)["rows"][0]["cells"]["title"], "苏溪镇第二幼儿园");
    let (_, text) = house().get("/api/register/project/39").await;
    assert_eq!(json(&text)["fields"]["places"]["shown"], "400");
    let (_, text) = house().get("/api/number/education_places?as-of=2021-06-30&by=town").await;
    let number = json(&text);
    assert_eq!(
        (&number["value"], &number["on"], &number["by"][0]["title"]),
        (&"11730".into(), &"2021-06-30".into(), &"义亭镇".into())
    );
    let evidence: Vec<&str> = number["evidence"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(evidence, ["count", "hidden", "records", "register", "sentence"], "as the command line says it");
    let (status, text) = house().get("/api/register/secret").await;
    assert_eq!((status, &json(&text)["code"]), (StatusCode::NOT_FOUND, &"D001".into()));
    let (status, text) = house().get("/api/nowhere").await;
    assert_eq!((status, &json(&text)["code"]), (StatusCode::NOT_FOUND, &"D001".into()));
}

#[tokio::test]
async fn the_api_saves_with_the_token_only() {
    let house = house();
    let (status, _) = house.post("/api/register/project/39", "places=400").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let request = signed_in(Request::post("/api/register/project/39"))
        .header("x-csrf", CSRF)
        .body(Body::from("_version=14&places=400"))
        .unwrap();
    let (status, text) = read(house.send(request).await).await;
    assert_eq!((status, text.as_str()), (StatusCode::OK, r#"{"id":39,"version":15}"#));
    let (status, text) = house.post("/api/register/project/39", &format!("csrf={CSRF}&_version=14&places=432")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text.contains(r#""places":{"code":"XM-07""#), "{text}");
    let typed = format!("csrf={CSRF}&_version=13&places=conflict");
    let (status, text) = house.post("/api/register/project/39", &typed).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(text.contains(r#""code":"W010""#), "{text}");
}

// -------------------------------------------------------------------------------------------------------------- files

/// A form with files, as a browser sends it: texts, then files (name of the part, name of the file, bytes).
fn with_files(address: &str, texts: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Request<Body> {
    let mut body = vec![];
    for (name, text) in texts {
        body.extend(format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n").bytes());
    }
    for (name, file, bytes) in files {
        let head = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: text/html\r\n\r\n"
        );
        body.extend(head.bytes().chain(bytes.iter().copied()).chain(*b"\r\n"));
    }
    body.extend(b"--edge--\r\n");
    let request = signed_in(Request::post(address)).header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    request.body(Body::from(body)).unwrap()
}

const PAPERS: &str = "_file.filing_files";

#[tokio::test]
async fn a_form_with_files_is_sent_in_parts_and_its_files_are_named() {
    let house = house();
    let (_, page) = house.get("/register/project/39/edit").await;
    assert!(page.contains(r#"enctype="multipart/form-data""#), "{page}");
    assert!(page.contains(r#"<input type="hidden" name="_file.filing_files" value="">"#));
    assert!(page.contains(r#"accept=".pdf,.jpg""#) && page.contains("每个不超过 1 MB，最多 20 个"));
    assert!(page.contains("&lt;备案表&gt;.pdf") && !page.contains("<备案表>"));
    let (_, page) = house.get("/register/project/39/move/complete").await;
    assert!(!page.contains("multipart/form-data"), "a form without files is sent as before");

    let kept = fixture::one_paper();
    let texts =
        [("csrf", CSRF), ("request", "r1"), ("_version", "14"), ("places", "400"), (PAPERS, ""), (PAPERS, &*kept)];
    let files: [(&str, &str, &[u8]); 2] = [(PAPERS, "新 表.pdf", b"%PDF-1.4 new"), (PAPERS, "", b"")];
    let response = house.send(with_files("/register/project/39", &texts, &files)).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let save = house.bureau.saves.lock().unwrap().pop().unwrap();
    assert_eq!((save.typed["places"].as_str(), save.version, save.request.as_str()), ("400", Some(14), "r1"));
    assert_eq!(save.typed["filing_files"], format!("{kept}\n{} 新 表.pdf", "a".repeat(64)));
    assert_eq!(*house.bureau.uploads.lock().unwrap(), [("filing_files".to_string(), "新 表.pdf".to_string(), 12)]);
}

#[tokio::test]
async fn a_refused_file_keeps_what_was_typed_and_the_files_that_were_taken() {
    let house = house();
    let large = vec![b' '; (1 << 20) + 100];
    let texts = [("csrf", CSRF), ("places", "400"), ("_reason", "返工"), (PAPERS, "")];
    let files: [(&str, &str, &[u8]); 4] = [
        (PAPERS, "好.pdf", b"%PDF-1.4"),
        (PAPERS, "坏.pdf", b"<html>"),
        (PAPERS, "大.pdf", &large),
        (PAPERS, "空.pdf", b""),
    ];
    let (status, page) = read(house.send(with_files("/register/project/39", &texts, &files)).await).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("D062 内容不是 pdf") && page.contains("D061 超过 1 MB"), "{page}");
    assert!(page.contains(r#"value="400""#) && page.contains(r#"value="返工""#));
    assert!(page.contains(&format!(r#"value="{} 好.pdf" checked"#, "a".repeat(64))), "{page}");
    assert!(house.bureau.saves.lock().unwrap().is_empty(), "nothing is saved without the files that were meant");
}

#[tokio::test]
async fn a_refused_value_keeps_the_files_that_were_taken() {
    let house = house();
    let texts = [("csrf", CSRF), ("request", "r1"), ("_version", "14"), ("places", "432"), (PAPERS, "")];
    let request = with_files("/register/project/39", &texts, &[(PAPERS, "好.pdf", b"%PDF-1.4")]);
    let (status, page) = read(house.send(request).await).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("XM-07") && page.contains(&format!(r#"value="{} 好.pdf" checked"#, "a".repeat(64))));
}

#[tokio::test]
async fn files_of_a_form_without_its_token_are_kept_nowhere() {
    let house = house();
    for texts in [vec![("csrf", "guess"), ("places", "400")], vec![("places", "400")]] {
        let request = with_files("/register/project/39", &texts, &[(PAPERS, "好.pdf", b"%PDF-1.4")]);
        let (status, page) = read(house.send(request).await).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(page.contains("W005") && page.contains(r#"value="400""#));
    }
    let mut stranger = with_files("/register/project/39", &[("csrf", CSRF)], &[(PAPERS, "好.pdf", b"%PDF-1.4")]);
    stranger.headers_mut().remove(header::COOKIE);
    assert!(house.send(stranger).await.status().is_redirection() || house.bureau.uploads.lock().unwrap().is_empty());
    assert!(house.bureau.uploads.lock().unwrap().is_empty() && house.bureau.saves.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_broken_or_endless_form_with_files_is_told_and_breaks_nothing() {
    let house = house();
    let whole = with_files("/register/project/39", &[("csrf", CSRF)], &[(PAPERS, "好.pdf", b"%PDF-1.4")]);
    let (parts, body) = whole.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    for end in [0, 10, 60, bytes.len() - 30] {
        let request = Request::from_parts(parts.clone(), Body::from(bytes.slice(..end)));
        let (status, page) = read(house.send(request).await).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{end}: {page}");
        assert!(page.contains("W006"), "{page}");
    }
    let long = "字".repeat(400_000);
    let (status, page) =
        read(house.send(with_files("/register/project/39", &[("csrf", CSRF), ("title", &long)], &[])).await).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{page}");
    assert!(house.bureau.saves.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_file_is_handed_out_to_be_saved_and_never_shown() {
    let house = house();
    let (_, page) = house.get("/register/project/39").await;
    let address = format!("/register/project/39/file/filing_files/{}", "a".repeat(64));
    assert!(page.contains(&format!(r#"href="{address}""#)) && page.contains("412 KB") && page.contains("附件"));
    let response = house.send(signed_in(Request::get(&address)).body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(&response, "content-type"), "application/pdf");
    assert_eq!(text(&response, "x-content-type-options"), "nosniff");
    assert_eq!(text(&response, "cache-control"), "no-store");
    assert_eq!(
        text(&response, "content-disposition"),
        "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E7%AB%A3%E5%B7%A5%20%E9%AA%8C%E6%94%B6%22%E5%A4%87%E6%A1%88%E8%A1%A8.pdf"
    );
    assert_eq!(read(response).await.1, "%PDF-1.4");
    let (status, page) = house.get(&format!("/register/project/39/file/filing_files/{}", "b".repeat(64))).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(page.contains("D001"));
    let response = house.send(Request::get(&address).body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER, "a stranger is led to the sign-in page");
}

// ------------------------------------------------------------------------------------------------------------- search

#[tokio::test]
async fn what_is_found_is_shown_escaped_and_leads_to_the_record() {
    let (status, page) = house().get("/search?q=%E4%BD%9B%E5%A0%82").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("/register/project/39") && page.contains("XM-2021-000039"));
    assert!(page.contains("&lt;b&gt;佛堂") && !page.contains("<b>佛堂"));
    assert!(page.contains("还有更多"));
    let (_, page) = house().get("/search?q=%E4%BD%9B").await;
    assert!(page.contains("请至少输入两个字"));
    let (_, page) = house().get("/search?q=%E6%B2%A1%E6%9C%89").await;
    assert!(page.contains("没有找到"));
    let (status, _) = house().get("/search?q=x&in=secret").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_page_of_a_signed_in_person_has_the_search_box_and_a_strangers_has_none() {
    let (_, page) = house().get("/").await;
    assert!(page.contains("action=\"/search\"") && page.contains("id=\"find\""));
    let (_, page) = read(house().send(Request::get("/sign-in").body(Body::empty()).unwrap()).await).await;
    assert!(!page.contains("id=\"find\""));
    let response = house().send(Request::get("/search?q=xx").body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_masked_value_is_revealed_with_a_reason_and_once() {
    let address = "/register/project/39/reveal/keeper_phone";
    let (status, page) = house().get("/register/project/39").await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        page.contains(&format!(r#"href="{address}""#)) && page.contains("核对经办人"),
        "the way there, and who was"
    );
    let (status, page) = house().get(address).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("查看事由") && !page.contains("13900002207"));
    let (status, page) = house().post(address, &format!("csrf={CSRF}&request=r-1&_reason=")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("D071") && !page.contains("13900002207"));
    let (status, page) = house().post(address, "csrf=wrong&request=r-1&_reason=%E6%A0%B8%E5%AF%B9").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(!page.contains("13900002207"));
    let (status, page) = house().post(address, &format!("csrf={CSRF}&request=r-1&_reason=%E6%A0%B8%E5%AF%B9")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("13900002207"));
}

#[tokio::test]
async fn the_operations_page_is_red_without_heads_and_tries_a_job_again() {
    let (status, page) = house().get("/operations").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("红灯") && page.contains("--heads") && page.contains("D034"));
    assert!(page.contains("<b>链头写不进另一块盘</b>"), "why no head could be kept");
    assert!(page.contains(r#"action="/operations/job/12""#) && !page.contains(r#"action="/operations/job/13""#));
    let (status, _) = house().post("/operations/job/12", "csrf=wrong").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = house().post("/operations/job/12", &format!("csrf={CSRF}")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (status, _) = house().post("/operations/job/13", &format!("csrf={CSRF}")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_workbench_says_what_i_owe_and_where_to_fill_it_in() {
    let (_, page) = house().get("/").await;
    assert!(page.contains("我欠的") && page.contains("迟 2 天"));
    assert!(page.contains(r#"href="/register/visit/new?institution=7""#));
    assert!(page.contains(r#"href="/operations""#), "whoever operates the system finds the way");
    assert!(page.contains(r#"href="/retention""#), "and whoever may order an erasure, due or not");
}

#[tokio::test]
async fn erasure_is_asked_for_on_the_records_page_and_from_what_is_due() {
    let (_, page) = house().get("/register/project/39").await;
    assert!(
        page.contains("申请清除")
            && page.contains("经办电话")
            && page.contains("连同附件一并销毁")
            && page.contains("<b>批复文件</b>")
    );
    assert!(page.contains(r#"href="/register/erasure/new?what=project%2039&amp;due_on=2021-10-30""#));
    let (_, page) = house().get("/register/project/39?as-of=2021-06-30").await;
    assert!(!page.contains("申请清除"), "the past is read, not changed");
    let (status, page) = house().get("/retention").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("“归档”后保存2年") && page.contains(r#"name="what" value="complaint 7""#));
    assert!(!page.contains(r#"value="complaint 8""#) && page.contains("QC-2023-000003"), "one waits already");
    let (_, page) = house().get("/retention?register=complaint&page=2").await;
    assert!(page.contains(r#"rel="prev""#) && !page.contains(r#"rel="next""#));
    let (status, _) = house().get("/retention?page=0").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (_, page) = house().get("/").await;
    assert!(page.contains(r#"href="/retention#k-complaint""#) && page.contains("到期清单"));
}

#[tokio::test]
async fn a_field_that_an_address_gives_twice_has_the_lines_of_both() {
    let (_, page) = house().get("/register/project/new?about=a&about=b").await;
    assert!(page.contains("\na\nb</textarea>"), "{page}");
}

#[tokio::test]
async fn the_api_reveals_with_the_token_only() {
    let address = "/api/register/project/39/reveal/keeper_phone";
    let (status, text) = house().post(address, "_reason=%E6%A0%B8%E5%AF%B9").await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{text}");
    let (status, text) = house().post(address, &format!("csrf={CSRF}&_reason=%E6%A0%B8%E5%AF%B9")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains("13900002207"));
    let (status, text) = house().post(address, &format!("csrf={CSRF}")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text.contains("D071") && !text.contains("13900002207"));
}

// ---------------------------------------------------------------------------------------------------------- exporting

fn export(address: &str, body: &str) -> Request<Body> {
    signed_in(Request::post(address)).body(Body::from(body.to_string())).unwrap()
}

#[tokio::test]
async fn a_list_is_exported_as_it_is_asked_for_by_page_and_by_call() {
    for base in ["/register/project/export", "/api/register/project/export"] {
        let address = format!("{base}?view=due&sort=-places&stage=primary&as-of=2021-06-30");
        let response = house().send(export(&address, &format!("csrf={CSRF}&format=csv&columns=all"))).await;
        assert_eq!(response.status(), StatusCode::OK, "{base}");
        assert_eq!(text(&response, "content-type"), "text/csv; charset=utf-8");
        let name = "%E6%95%99%E8%82%B2%E9%A1%B9%E7%9B%AE-20210930.csv";
        assert_eq!(
            text(&response, "content-disposition"),
            format!("attachment; filename=\"list.csv\"; filename*=UTF-8''{name}")
        );
        assert_eq!(text(&response, "cache-control"), "no-store");
        let (_, body) = read(response).await;
        assert!(body.starts_with(r#"Some(("places", true)) [("stage", "primary")]all"#), "{}", &body[..80]);
        assert_eq!(body.matches('.').count(), 100 * 65_536, "it comes whole");
    }
}

#[tokio::test]
async fn an_export_that_is_refused_is_a_page_and_one_without_its_token_makes_nothing() {
    let good = format!("csrf={CSRF}&format=xlsx");
    let (status, page) = house().post("/register/payment/export", &good).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("一张工作表装不下") && page.contains("D072"), "{page}");
    let (status, told) = house().post("/api/register/payment/export", &good).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.contains(r#""code":"D072""#), "{told}");
    for (body, code) in [
        ("format=csv".to_string(), "W005"),
        ("csrf=other&format=csv".to_string(), "W005"),
        (format!("csrf={CSRF}&format=pdf"), "W011"),
        (format!("csrf={CSRF}&format=csv&columns=some"), "W011"),
        (format!("csrf={CSRF}"), "W011"),
    ] {
        let (status, told) = house().post("/api/register/project/export", &body).await;
        assert!(status.is_client_error() && told.contains(code), "{body}: {told}");
    }
    let foreign = Request::post("/register/project/export").header("origin", "http://evil.example");
    let foreign = signed_in(foreign.header("host", "127.0.0.1")).body(Body::from(good)).unwrap();
    let (status, _) = read(house().send(foreign).await).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let stranger = Request::post("/register/project/export").body(Body::from("format=csv")).unwrap();
    let (status, page) = read(house().send(stranger).await).await;
    assert!(status == StatusCode::UNAUTHORIZED && page.contains("请先登录"), "{page}");
    let (status, _) = house().get("/register/project/export").await;
    assert_eq!(status, StatusCode::NOT_FOUND, "a link exports nothing");
}

#[tokio::test]
async fn an_export_that_breaks_off_does_not_look_whole() {
    let response = house().send(export("/register/lamp/export", &format!("csrf={CSRF}&format=csv"))).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.into_body().collect().await.is_err(), "the body ends in an error");
}

#[tokio::test]
async fn whoever_goes_away_ends_the_making_of_the_file() {
    let house = house();
    let response = house.send(export("/register/project/export", &format!("csrf={CSRF}&format=csv"))).await;
    drop(response);
    let gone = || house.bureau.gone.load(std::sync::atomic::Ordering::SeqCst);
    for _ in 0..1_000 {
        if gone() > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(gone(), 1);
}

#[tokio::test]
async fn the_list_offers_an_export_to_those_who_may() {
    let (_, page) = house().get("/register/project?view=due&stage=primary").await;
    assert!(page.contains(r#"action="/register/project/export?view=due&amp;stage=primary""#), "{page}");
    assert!(page.contains(r#"name="format" value="xlsx" checked"#) && page.contains(r#"name="columns" value="all""#));
    let (_, page) = house().get("/register/lamp").await;
    assert!(!page.contains("/export"), "those who may not are offered nothing");
    let (_, page) = house().get("/register/project/about").await;
    assert!(page.contains("导出记录") && page.contains("看 今年应投用 的项目"));
}

// ------------------------------------------------------------------------------------------------------------- import

#[tokio::test]
async fn a_workbook_is_tried_first_and_imported_with_a_second_click() {
    let address = "/register/project/import";
    let (status, page) = house().get(address).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("multipart/form-data") && page.contains("最近导入") && page.contains("&lt;最新&gt;"));
    let (status, page) = house().post(address, &format!("csrf={CSRF}&_file._sheet=a+x.xlsx")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        page.contains("导入这 12,000 行") && page.contains("稠岭小学&lt;扩建&gt;") && page.contains("备注&lt;b&gt;")
    );
    let (status, _) = house().post(address, &format!("csrf={CSRF}&_file._sheet=a+x.xlsx&_go=1")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (status, page) = house().post(address, &format!("csrf={CSRF}&_file._sheet=a+%E5%9D%8F.xlsx&_go=1")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("D034") && page.contains("有 3+ 处不合规则") && !page.contains("导入这"));
    let (status, page) = house().post(address, &format!("csrf={CSRF}")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("D082"));
    let (status, page) = house().post(address, "csrf=wrong&_file._sheet=a+x.xlsx&_go=1").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("W005"));
    let (status, _) = house().get("/register/secret/import").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

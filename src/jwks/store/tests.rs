//! The real store and task, a fake fetch, paused time.

use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::*;
use crate::clock::Now;
use crate::jwks::fault::{FetchError, FetchResult, Seen};
use crate::jwks::fetch::{Answer, Document, FetchFuture, Fetched, Validator};
use crate::jwks::source::Timing;
use crate::keys::adopt::adopt;
use crate::keys::jwk::Kinds;
use crate::keys::{KeySetState, Standing, jwk_set};
use crate::policy::Name;
use crate::token::algorithm::AlgorithmSet;
use crate::token::numeric_date::NumericDate;

const SECOND: Duration = Duration::from_secs(1);

/// Wall and monotonic time move together, from a fixed date.
struct TestClock(Instant);

impl Clock for TestClock {
    fn now(&self) -> Now {
        let monotonic = Instant::now();
        Now {
            wall: NumericDate::from_seconds(1_800_000_000).plus(monotonic - self.0),
            monotonic,
        }
    }
}

/// What the issuer does when asked.
#[derive(Clone, Debug)]
enum Behaviour {
    Publishes(String),
    SaysNotModified,
    IsDown,
    Panics,
}

/// An issuer that rotates, stalls, lies or goes away.
struct FakeIssuer {
    behaviour: Mutex<Behaviour>,
    takes: Mutex<Duration>,
    asked: Mutex<Vec<(Instant, Option<Validator>)>>,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl FakeIssuer {
    fn that(behaviour: Behaviour) -> Arc<Self> {
        Arc::new(Self {
            behaviour: Mutex::new(behaviour),
            takes: Mutex::new(Duration::from_millis(100)),
            asked: Mutex::default(),
            at_once: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
        })
    }

    fn now(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap() = behaviour;
    }

    fn takes(&self, time: Duration) {
        *self.takes.lock().unwrap() = time;
    }

    fn fetches(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// Seconds since `start` at which it was asked.
    fn asked_at(&self, start: Instant) -> Vec<u64> {
        let asked = self.asked.lock().unwrap();
        (asked.iter())
            .map(|(at, _)| (*at - start).as_secs())
            .collect()
    }
}

impl FetchJwkSet for FakeIssuer {
    fn fetch(&self, held: Option<Validator>) -> FetchFuture<'_> {
        Box::pin(async move {
            self.asked.lock().unwrap().push((Instant::now(), held));
            let at_once = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_at_once.fetch_max(at_once, Ordering::SeqCst);
            let takes = *self.takes.lock().unwrap();
            sleep(takes).await;
            self.at_once.fetch_sub(1, Ordering::SeqCst);
            let behaviour = self.behaviour.lock().unwrap().clone();
            let result = match behaviour {
                Behaviour::Publishes(body) => Ok(Fetched::Document(document(body))),
                Behaviour::SaysNotModified => Ok(Fetched::NotModified),
                Behaviour::IsDown => Err(FetchError::Timeout { url: "u".into() }),
                Behaviour::Panics => panic!("by design"),
            };
            Answer {
                result,
                clock_skew: Some(7),
            }
        })
    }
}

fn document(body: String) -> Document {
    Document {
        validator: Some(Validator {
            url: "https://a.example/jwks".into(),
            etag: http::HeaderValue::from_static("\"1\""),
        }),
        seen: Seen {
            url: "https://a.example/jwks".into(),
            status: 200,
            content_type: None,
            size: body.len() as u64,
            start: "{".into(),
        },
        body: body.into_bytes(),
    }
}

/// A JWK Set of one good key under each kid (RFC 7517 Appendix A.1).
fn keys(kids: &[&str]) -> Behaviour {
    let key = |kid: &&str| {
        format!(
            r#"{{"kty":"EC","crv":"P-256","kid":"{kid}",
            "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}}"#
        )
    };
    let keys: Vec<String> = kids.iter().map(key).collect();
    Behaviour::Publishes(format!(r#"{{"keys":[{}]}}"#, keys.join(",")))
}

/// A JWK Set none of whose keys can be used.
fn unusable(kid: &str) -> Behaviour {
    Behaviour::Publishes(format!(
        r#"{{"keys":[{{"kty":"oct","kid":"{kid}","k":"AAAA"}}]}}"#
    ))
}

fn issuer(name: &str) -> Issuer {
    Issuer {
        name: Name::new(name).unwrap(),
        identifier: format!("https://{name}.example").into(),
        environment: "test".into(),
        algorithms: AlgorithmSet::default(),
        trusted: true,
        max_stale: Some(Timing::default().max_stale),
    }
}

fn remote(timing: Timing) -> Remote {
    Remote {
        location: Location::JwksUri("https://a.example/jwks".parse().unwrap()),
        timing,
        ca: None,
        allow_http: false,
    }
}

/// A store before a fake issuer, and the handle of issuer `a`.
struct Scene {
    start: Instant,
    store: KeyStore,
    issuer: Arc<FakeIssuer>,
    keys: IssuerKeys,
}

impl Scene {
    fn with(behaviour: Behaviour) -> Self {
        Self::timed(behaviour, Timing::default())
    }

    fn timed(behaviour: Behaviour, timing: Timing) -> Self {
        let start = Instant::now();
        let fake = FakeIssuer::that(behaviour);
        let its = Arc::clone(&fake);
        let clock = Arc::new(TestClock(start));
        let store = KeyStore::new(Handle::current(), clock, move |_, _| {
            Arc::clone(&its) as Arc<dyn FetchJwkSet>
        });
        let source = KeySource::Remote(remote(timing));
        let keys = store.handle(&issuer("a"), &source).unwrap();
        Self {
            start,
            store,
            issuer: fake,
            keys,
        }
    }

    fn now(&self) -> Now {
        TestClock(self.start).now()
    }

    async fn refresh(&self) {
        self.keys.refresh(Instant::now() + SECOND).await;
    }

    fn kids(&self) -> Vec<String> {
        let set = self.keys.at_hand(&self.now()).set;
        let members = set.iter().flat_map(|set| set.members());
        members.map(|one| one.key.name().to_owned()).collect()
    }

    fn standing(&self) -> Standing {
        self.keys.at_hand(&self.now()).standing.unwrap()
    }

    fn count(&self, result: FetchResult) -> u64 {
        let status = self.keys.status();
        let found = status.fetches().find(|(one, _)| *one == result);
        found.unwrap().1
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_call_waits_for_the_first_fetch() {
    let scene = Scene::with(keys(&["one"]));
    assert!(scene.keys.at_hand(&scene.now()).set.is_none());
    assert!(!scene.keys.status().tried);
    scene.refresh().await;
    assert_eq!(scene.start.elapsed(), Duration::from_millis(100));
    assert_eq!(scene.kids(), ["one"]);
    let standing = scene.standing();
    assert_eq!(standing.state, KeySetState::Fresh);
    assert_eq!(standing.age, Duration::from_millis(100));
    assert!(standing.proves_absence);
    let status = scene.keys.status();
    assert!(status.tried);
    assert_eq!((status.usable, status.ignored), (1, 0));
    assert_eq!(status.clock_skew, Some(7));
    assert_eq!(status.last_error, None);
    assert_eq!(status.fetched_at, status.last_attempt_at);
    let next = status.next_refresh_at.unwrap();
    let planned = next.since(status.last_attempt_at.unwrap());
    assert!((SECOND * 270..=SECOND * 300).contains(&planned));
    assert_eq!(scene.issuer.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_new_kid_is_found_by_asking_once_the_cool_down_is_over() {
    let scene = Scene::with(keys(&["one"]));
    scene.refresh().await;
    let generation = scene.standing().generation;
    scene.issuer.now(keys(&["one", "two"]));

    let before = Instant::now();
    scene.refresh().await;
    assert_eq!(before.elapsed(), Duration::ZERO, "the cool-down forbids it");
    assert_eq!(scene.kids(), ["one"]);
    let after = scene.keys.retry_after(&scene.now());
    assert_eq!(after + scene.start.elapsed(), SECOND * 10);

    sleep(SECOND * 10).await;
    assert!(!scene.standing().proves_absence);
    scene.refresh().await;
    assert_eq!(scene.kids(), ["one", "two"]);
    assert!(scene.standing().proves_absence);
    assert!(scene.standing().generation > generation);
    assert_eq!(scene.issuer.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_removed_key_goes_with_the_next_planned_fetch() {
    let scene = Scene::with(keys(&["one", "two"]));
    scene.refresh().await;
    scene.issuer.now(keys(&["two"]));
    sleep(SECOND * 301).await;
    assert_eq!(scene.kids(), ["two"]);
    assert_eq!(scene.issuer.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_unknown_kids_is_bounded_by_the_cool_down() {
    for behaviour in [keys(&["one"]), keys(&[]), Behaviour::IsDown] {
        let scene = Scene::with(behaviour.clone());
        for _ in 0..10_000 {
            scene.refresh().await;
            sleep(Duration::from_millis(10)).await;
        }
        let asked = scene.issuer.asked.lock().unwrap();
        let elapsed = scene.start.elapsed();
        let pauses = asked.windows(2).map(|pair| pair[1].0 - pair[0].0);
        if matches!(&behaviour, Behaviour::Publishes(body) if body.contains("one")) {
            for pause in pauses {
                assert!(pause >= SECOND * 10, "{pause:?}");
            }
        }
        // Beside those asked for, the first few planned ones after a failure: 1, 2, 4, 8.
        let most = elapsed.as_secs() / 9 + 5;
        assert!(
            (asked.len() as u64) <= most,
            "{behaviour:?}: {}",
            asked.len()
        );
        assert!(asked.len() > 9, "asking still works");
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_callers_share_one_fetch() {
    for cooldown in [Duration::ZERO, SECOND * 10] {
        let timing = Timing {
            unknown_kid_cooldown: cooldown,
            ..Timing::default()
        };
        let scene = Scene::timed(keys(&["one"]), timing);
        for round in 1..=2 {
            let callers: Vec<_> = (0..1000)
                .map(|_| {
                    let keys = scene.keys.clone();
                    tokio::spawn(async move {
                        keys.refresh(Instant::now() + SECOND).await;
                        Instant::now()
                    })
                })
                .collect();
            let before = Instant::now();
            for caller in callers {
                let waited = caller.await.unwrap() - before;
                assert_eq!(waited, Duration::from_millis(100));
            }
            sleep(SECOND).await;
            assert_eq!(scene.issuer.fetches(), round);
            sleep(SECOND * 10).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_asks_during_a_fetch_is_answered_by_it() {
    let timing = Timing {
        unknown_kid_cooldown: Duration::ZERO,
        ..Timing::default()
    };
    let scene = Scene::timed(keys(&["one"]), timing);
    sleep(SECOND / 20).await;
    // A caller that looked before the fetch started, and asks after.
    let sources = scene.store.shared.sources.lock().unwrap().clone();
    let source = sources.values().next().unwrap().upgrade().unwrap();
    source.asks.try_send(()).unwrap();
    sleep(SECOND).await;
    assert_eq!(scene.issuer.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_cold_start_without_the_issuer_ends_soon_after_it_returns() {
    let scene = Scene::with(Behaviour::IsDown);
    scene.refresh().await;
    let status = scene.keys.status();
    assert!(status.tried);
    assert_eq!(status.last_error.as_deref(), Some("u: timed out"));
    assert!(scene.keys.at_hand(&scene.now()).set.is_none());
    assert!((SECOND..=SECOND * 10).contains(&scene.keys.retry_after(&scene.now())));
    sleep(SECOND * 60).await;
    let asked = scene.issuer.asked_at(scene.start);
    // Pauses of 1, 2, 4, 8 and 10 s, less a tenth at most (and never under 1 s).
    assert_eq!(asked[..3], [0, 1, asked[2]]);
    assert!((2..=3).contains(&asked[2]), "{asked:?}");
    assert!((8..=10).contains(&asked.len()), "{asked:?}");

    scene.issuer.now(keys(&["one"]));
    sleep(SECOND * 10 + SECOND / 5).await;
    assert_eq!(scene.kids(), ["one"]);
    assert_eq!(scene.standing().state, KeySetState::Fresh);
    assert_eq!(scene.keys.status().last_error, None);
}

#[tokio::test(start_paused = true)]
async fn the_last_good_set_outlives_every_failure() {
    let html = Behaviour::Publishes("<html>".into());
    let object = Behaviour::Publishes("{}".into());
    for (behaviour, result) in [
        (Behaviour::IsDown, FetchResult::Timeout),
        (keys(&[]), FetchResult::NoUsableKeys),
        (unusable("one"), FetchResult::NoUsableKeys),
        (html, FetchResult::NotJwkSet),
        (object, FetchResult::NotJwkSet),
        (Behaviour::Panics, FetchResult::Panic),
    ] {
        let scene = Scene::with(keys(&["one"]));
        scene.refresh().await;
        let good = scene.standing();
        scene.issuer.now(behaviour);
        sleep(SECOND * 10).await;
        scene.refresh().await;
        assert_eq!(scene.kids(), ["one"], "{result:?}");
        let standing = scene.standing();
        assert_eq!(standing.state, KeySetState::Stale);
        assert_eq!(standing.fetched_at, good.fetched_at);
        assert_eq!(standing.generation, good.generation);
        assert_eq!(scene.count(result), 1);
        assert!(scene.keys.status().last_error.is_some());

        scene.issuer.now(keys(&["two"]));
        sleep(SECOND * 2).await;
        assert_eq!(scene.kids(), ["two"], "retried after {result:?}");
        assert_eq!(scene.standing().state, KeySetState::Fresh);
    }
}

#[tokio::test(start_paused = true)]
async fn an_unusable_document_is_better_than_none_only() {
    let scene = Scene::with(unusable("one"));
    scene.refresh().await;
    let set = scene.keys.at_hand(&scene.now()).set.unwrap();
    assert!(!set.has_usable());
    assert_eq!(set.ignored().len(), 1);
    assert_eq!(scene.standing().state, KeySetState::Snapshot);
    let status = scene.keys.status();
    assert_eq!((status.usable, status.ignored), (0, 1));
    assert!(status.last_error.unwrap().contains("no usable key"));
    scene.issuer.now(keys(&["two"]));
    sleep(SECOND * 2).await;
    assert_eq!(scene.kids(), ["two"]);
    // An unusable document is never asked whether it is still the same.
    let asked = scene.issuer.asked.lock().unwrap();
    assert!(asked.iter().all(|(_, held)| held.is_none()));
}

#[tokio::test(start_paused = true)]
async fn not_modified_renews_a_set_that_is_held() {
    let scene = Scene::with(keys(&["one"]));
    scene.refresh().await;
    let first = scene.standing();
    scene.issuer.now(Behaviour::SaysNotModified);
    sleep(SECOND * 20).await;
    scene.refresh().await;
    let renewed = scene.standing();
    assert_eq!(renewed.generation, first.generation);
    assert_eq!(renewed.state, KeySetState::Fresh);
    assert!(renewed.proves_absence);
    assert_eq!(
        renewed.fetched_at.since(first.fetched_at),
        SECOND * 20 + SECOND / 10
    );
    assert_eq!(scene.count(FetchResult::NotModified), 1);
    let asked = scene.issuer.asked.lock().unwrap();
    assert_eq!(asked[0].1, None);
    assert_eq!(asked[1].1.as_ref().unwrap().etag, "\"1\"");
}

#[tokio::test(start_paused = true)]
async fn not_modified_renews_nothing_that_is_not_held() {
    let scene = Scene::with(Behaviour::SaysNotModified);
    scene.refresh().await;
    assert!(scene.keys.at_hand(&scene.now()).set.is_none());
    assert_eq!(scene.count(FetchResult::NotModified), 0);
    assert_eq!(scene.count(FetchResult::Status), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failure_counts_for_the_cool_down() {
    let scene = Scene::with(keys(&["one"]));
    scene.refresh().await;
    scene.issuer.now(Behaviour::IsDown);
    // Until the pauses are longer than the cool-down.
    while scene.keys.status().progress.last.unwrap().failures < 6 {
        sleep(SECOND).await;
    }
    let fetches = scene.issuer.fetches();
    let last = scene.keys.status().progress.last_start.unwrap();
    while last.elapsed() < SECOND * 9 {
        scene.refresh().await;
        assert_eq!(scene.issuer.fetches(), fetches);
        sleep(SECOND / 2).await;
    }
    sleep(SECOND).await;
    scene.refresh().await;
    assert_eq!(scene.issuer.fetches(), fetches + 1);
}

#[tokio::test(start_paused = true)]
async fn a_caller_waits_no_longer_than_its_deadline() {
    let scene = Scene::with(keys(&["one"]));
    scene.issuer.takes(SECOND * 15);
    let before = Instant::now();
    scene.refresh().await;
    assert_eq!(before.elapsed(), SECOND);
    assert_eq!(scene.keys.retry_after(&scene.now()), SECOND);
    scene.keys.refresh(before).await;
    assert_eq!(before.elapsed(), SECOND, "a deadline that has passed");
    // The fetch goes on without anybody waiting.
    sleep(SECOND * 15).await;
    assert_eq!(scene.kids(), ["one"]);
    assert_eq!(scene.issuer.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_stops_waiting_stops_no_fetch() {
    let scene = Scene::with(keys(&["one"]));
    scene.refresh().await;
    scene.issuer.now(keys(&["two"]));
    sleep(SECOND * 10).await;
    let wait = || {
        let keys = scene.keys.clone();
        tokio::spawn(async move { keys.refresh(Instant::now() + SECOND).await })
    };
    let (first, second) = (wait(), wait());
    sleep(SECOND / 20).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    second.await.unwrap();
    assert_eq!(scene.kids(), ["two"]);
    assert_eq!(scene.issuer.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn at_most_eight_fetches_at_once() {
    let scene = Scene::with(keys(&["one"]));
    scene.issuer.takes(SECOND);
    let source = KeySource::Remote(remote(Timing::default()));
    let handles: Vec<_> = (0..20)
        .map(|n| {
            scene
                .store
                .handle(&issuer(&format!("i{n}")), &source)
                .unwrap()
        })
        .collect();
    sleep(SECOND * 4).await;
    assert_eq!(scene.issuer.most_at_once.load(Ordering::SeqCst), 8);
    for keys in handles {
        assert!(keys.at_hand(&scene.now()).set.is_some());
    }
    assert_eq!(*scene.store.changes().borrow(), 21);
}

#[tokio::test(start_paused = true)]
async fn a_reload_neither_fetches_anew_nor_forgets() {
    let scene = Scene::with(keys(&["one"]));
    scene.refresh().await;
    let source = |timing| KeySource::Remote(remote(timing));
    let again = (scene.store).handle(&issuer("a"), &source(Timing::default()));
    sleep(SECOND).await;
    assert!(again.unwrap().at_hand(&scene.now()).set.is_some());
    assert_eq!(scene.issuer.fetches(), 1);

    // Other timing: the same set, and the new pace.
    let slower = Timing {
        wait: SECOND * 2,
        refresh_interval: SECOND * 30,
        ..Timing::default()
    };
    let again = scene.store.handle(&issuer("a"), &source(slower)).unwrap();
    assert_eq!(again.wait(), SECOND * 2);
    assert!(again.at_hand(&scene.now()).set.is_some());
    sleep(SECOND).await;
    let before = scene.issuer.fetches();
    sleep(SECOND * 30).await;
    assert_eq!(scene.issuer.fetches(), before + 1);
}

#[tokio::test(start_paused = true)]
async fn fetching_ends_with_the_last_handle_and_the_set_stays() {
    let Scene {
        store,
        issuer: fake,
        keys,
        start,
    } = Scene::with(keys(&["one"]));
    keys.refresh(Instant::now() + SECOND).await;
    drop(keys);
    sleep(SECOND * 1000).await;
    assert_eq!(fake.fetches(), 1);
    fake.now(Behaviour::IsDown);
    let source = KeySource::Remote(remote(Timing::default()));
    let again = store.handle(&issuer("a"), &source).unwrap();
    again.refresh(Instant::now() + SECOND).await;
    let at_hand = again.at_hand(&TestClock(start).now());
    assert!(at_hand.set.unwrap().has_usable());
    assert_eq!(at_hand.standing.unwrap().state, KeySetState::Stale);
    assert_eq!(fake.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn shutting_down_ends_fetching() {
    let scene = Scene::with(keys(&["one"]));
    scene.refresh().await;
    scene.store.shut_down();
    sleep(SECOND * 1000).await;
    assert_eq!(scene.issuer.fetches(), 1);
    assert_eq!(scene.kids(), ["one"]);
    let before = Instant::now();
    scene.refresh().await;
    assert_eq!(before.elapsed(), Duration::ZERO, "nobody is left to ask");
}

#[tokio::test(start_paused = true)]
async fn two_issuers_of_one_url_have_a_set_each() {
    let scene = Scene::with(keys(&["one"]));
    let source = KeySource::Remote(remote(Timing::default()));
    let other = scene.store.handle(&issuer("b"), &source).unwrap();
    scene.refresh().await;
    other.refresh(Instant::now() + SECOND).await;
    assert_eq!(scene.issuer.fetches(), 2);
    let theirs = other.at_hand(&scene.now()).standing.unwrap();
    assert_ne!(theirs.generation, scene.standing().generation);
}

#[tokio::test(start_paused = true)]
async fn a_file_is_at_hand_for_good() {
    let scene = Scene::with(Behaviour::IsDown);
    let Behaviour::Publishes(text) = keys(&["one"]) else {
        panic!()
    };
    let set = jwk_set::parse(text.as_bytes(), Kinds::Asymmetric).unwrap();
    let (set, _) = adopt(None, set, scene.now().wall, Duration::ZERO);
    let source = KeySource::File {
        path: "a.jwks.json".into(),
        keys: Arc::new(set),
    };
    let keys = scene.store.handle(&issuer("f"), &source).unwrap();
    sleep(SECOND * 100_000).await;
    let before = Instant::now();
    keys.refresh(before + SECOND).await;
    assert_eq!(before.elapsed(), Duration::ZERO);
    let standing = keys.at_hand(&scene.now()).standing.unwrap();
    assert_eq!(standing.state, KeySetState::Static);
    assert_eq!(standing.age, Duration::ZERO);
    assert!(standing.proves_absence);
    let status = keys.status();
    assert!(status.tried);
    assert_eq!((status.usable, status.last_error), (1, None));
}

#[tokio::test(start_paused = true)]
async fn an_untrusted_issuer_has_no_keys() {
    let scene = Scene::with(keys(&["one"]));
    assert!(
        scene
            .store
            .handle(&issuer("u"), &KeySource::Untrusted)
            .is_none()
    );
    sleep(SECOND).await;
    assert_eq!(scene.issuer.fetches(), 1);
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_log_says() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // With a single subscriber, tracing asks that of whichever thread comes to an
    // event first, and a test beside this one has none: the event would be off.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(subscriber);

    let scene = Scene::with(Behaviour::IsDown);
    scene.refresh().await;
    let line = lines.take();
    assert!(line.contains("ERROR"), "{line}");
    assert!(line.contains("issuer=\"a\" result=\"timeout\""), "{line}");

    scene.issuer.now(keys(&["one\\n\\u001b[31m"]));
    sleep(SECOND * 2).await;
    let line = lines.take();
    assert!(line.contains("INFO"), "{line}");
    // The subscriber's own escapes of a backslash come on top.
    assert!(line.contains(r#"added="one\\u{a}\\u{1b}[31m""#), "{line}");

    scene.issuer.now(Behaviour::IsDown);
    sleep(SECOND * 10).await;
    scene.refresh().await;
    let line = lines.take();
    assert!(line.contains(" WARN "), "{line}");
    assert!(!line.contains("ERROR"), "{line}");
}

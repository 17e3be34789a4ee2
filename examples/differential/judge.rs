//! What this service says of a token, at a fixed time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use audient::clock::{Clock as _, Now, SystemClock};
use audient::introspect::{Query, decide};
use audient::jwks::source::KeySource;
use audient::jwks::store::KeyStore;
use audient::keys::adopt::adopt;
use audient::keys::jwk::Kinds;
use audient::keys::jwk_set;
use audient::policy::audience::AudiencePolicy;
use audient::policy::caller::{Caller, Disclosure};
use audient::policy::issuer::Issuer;
use audient::policy::{Name, Policies};
use audient::token::algorithm::AlgorithmSet;
use audient::token::numeric_date::NumericDate;
use audient::verdict::Verdict;
use audient::world::{About, World};
use tokio::runtime::Runtime;

use crate::draft::{AUDIENCE, ISSUERS, NOW, SCOPE};
use crate::keys::Keys;

/// Names of issuers and of their audiences.
const NAMES: [&str; 2] = ["public", "secret"];

pub(crate) struct Judge {
    runtime: Runtime,
    world: World,
    now: Now,
}

impl Judge {
    pub(crate) fn new(keys: &Keys) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let now = Now {
            wall: NumericDate::from_nanos(i128::from(NOW) * 1_000_000_000),
            ..SystemClock.now()
        };
        let store = KeyStore::over_http(runtime.handle().clone(), Arc::new(SystemClock));
        let mut handles = HashMap::new();
        let mut issuers = Vec::new();
        let mut policies = Vec::new();
        for (set, name) in NAMES.into_iter().enumerate() {
            let symmetric = AlgorithmSet::all()
                .iter()
                .filter(|one| one.is_symmetric())
                .collect();
            let (algorithms, kinds) = match set {
                0 => (AlgorithmSet::asymmetric(), Kinds::Asymmetric),
                _ => (
                    symmetric,
                    Kinds::Symmetric {
                        algorithms: symmetric,
                    },
                ),
            };
            let issuer = Arc::new(Issuer {
                name: Name::new(name).unwrap(),
                identifier: ISSUERS[set].into(),
                environment: "".into(),
                algorithms,
                trusted: true,
                max_stale: None,
            });
            let document = keys.document(set).to_string();
            let found = jwk_set::parse(document.as_bytes(), kinds).unwrap();
            let source = KeySource::File {
                path: format!("{name}.jwks.json").into(),
                keys: Arc::new(adopt(None, found, now.wall, Duration::ZERO).0),
            };
            handles.insert(issuer.name.clone(), store.handle(&issuer, &source).unwrap());
            let mut policy = AudiencePolicy::new(
                issuer.name.clone(),
                vec![AUDIENCE.into()],
                vec![issuer.clone()],
            );
            policy.required_scopes = vec![SCOPE.into()];
            policies.push(policy);
            issuers.push(issuer);
        }
        let world = World {
            keys: handles,
            policies: Policies::new(issuers, policies),
            denied: HashMap::new(),
            anyone: Caller::anyone(Disclosure::Details),
            max_token_bytes: 16 * 1024,
            generation: 1,
            about: About::default(),
        };
        Self {
            runtime,
            world,
            now,
        }
    }

    /// Whether it is active, and every reason why not.
    ///
    /// # Panics
    /// It cannot tell: with keys from a file it always can.
    pub(crate) fn judge(&self, set: usize, token: &str) -> (bool, Vec<&'static str>) {
        let query = Query {
            token,
            audience: NAMES[set],
            scopes: &[],
        };
        let decided = decide(&self.world, query, &self.world.anyone, self.now, |wait| {
            self.now.monotonic + wait
        });
        match self.runtime.block_on(decided).unwrap().judgement.verdict {
            Verdict::Active(_) => (true, Vec::new()),
            Verdict::Inactive(inactive) => {
                let reasons = inactive.rejections().map(|one| one.reason().code());
                (false, reasons.collect())
            }
            Verdict::CannotTell(cause) => panic!("cannot tell: {cause:?}"),
        }
    }
}

//! The table: exit codes, environment and examples of every command. Tests read each
//! example as a command line.

/// The end of a page.
pub(in crate::cli) struct Ending {
    /// Of this command; empty: of the program.
    pub(in crate::cli) command: &'static str,
    /// Exit codes, and when.
    pub(in crate::cli) exits: &'static [(u8, &'static str)],
    /// Variables that no flag shows, and what they do.
    pub(in crate::cli) environment: &'static [(&'static str, &'static str)],
    /// What for, and the line to type.
    pub(in crate::cli) examples: &'static [(&'static str, &'static str)],
}

const TOKEN: (&str, &str) = (
    "AUDIENT_TOKEN",
    "the token, if none is piped in and no --token-file is given",
);
const SETTINGS: (&str, &str) = (
    "AUDIENT__SECTION__KEY",
    "a key of [server], [keys] or [insecure]; it wins over the files",
);
const LOG: (&str, &str) = (
    "RUST_LOG",
    "what is logged: error, warn, info, debug, or as tracing's EnvFilter reads it",
);
const COLOUR: (&str, &str) = ("NO_COLOR", "set: no colours");

const WRONG: (u8, &str) = (2, "the command or the question is wrong");
const CONFIG: (u8, &str) = (78, "the configuration is wrong; every problem is told");

/// The program first, then each command in the order of `--help`.
pub(super) const ENDINGS: [Ending; 14] = [
    Ending {
        command: "",
        exits: &[
            (0, "active, or done"),
            (1, "inactive, or failed"),
            (2, "the command or the question is wrong"),
            (3, "it cannot be told: the token is neither good nor bad"),
            (78, "the configuration is wrong"),
        ],
        environment: &[
            (
                "AUDIENT_ADDR",
                "the service that introspect asks; 127.0.0.1:50051",
            ),
            (
                "AUDIENT_ADMIN_ADDR",
                "the admin port that explain, issuers, audiences and health ask; 127.0.0.1:50052",
            ),
            (
                "AUDIENT_ISSUER",
                "the dev issuer that mint asks; http://127.0.0.1:50053",
            ),
            TOKEN,
            SETTINGS,
            COLOUR,
        ],
        examples: &[
            (
                "a service, an issuer and tokens to try, at once",
                "audient dev",
            ),
            (
                "is this token active for orders?",
                "audient introspect --audience orders < token.jwt",
            ),
            (
                "and if not, why?",
                "audient explain --audience orders < token.jwt",
            ),
        ],
    },
    Ending {
        command: "serve",
        exits: &[
            (0, "ended by SIGTERM or SIGINT, after the drain"),
            (1, "an address is taken, or the system failed"),
            (2, "the command is wrong"),
            CONFIG,
        ],
        environment: &[SETTINGS, LOG],
        examples: &[
            (
                "one file",
                "audient serve --config /etc/audient/audient.toml",
            ),
            (
                "a folder, and a file whose values win",
                "audient serve --config conf.d --config local.toml",
            ),
        ],
    },
    Ending {
        command: "dev",
        exits: &[
            (
                0,
                "ended by SIGTERM or SIGINT; with CMD, whatever CMD ended with",
            ),
            (1, "it cannot start"),
            (2, "the command is wrong"),
        ],
        environment: &[LOG],
        examples: &[
            ("until Ctrl-C", "audient dev"),
            ("a test, and its exit code", "audient dev -- npm test"),
        ],
    },
    Ending {
        command: "introspect",
        exits: &[
            (0, "active"),
            (1, "inactive"),
            WRONG,
            (3, "it cannot be told: no keys, or nobody answers"),
            CONFIG,
        ],
        environment: &[TOKEN, SETTINGS, COLOUR],
        examples: &[
            (
                "ask the service",
                "audient introspect --audience orders < token.jwt",
            ),
            (
                "judge here, without any network",
                "audient introspect --audience orders --config audient.toml --jwks keys.json --token-file token.jwt",
            ),
            (
                "was it active at that time?",
                "audient introspect --audience orders --config audient.toml --at 2026-11-25T10:00:00Z < token.jwt",
            ),
        ],
    },
    Ending {
        command: "explain",
        exits: &[
            (0, "active for the audience, or for one of them"),
            (1, "inactive"),
            WRONG,
            (3, "it cannot be told: no keys, or nobody answers"),
            CONFIG,
        ],
        environment: &[TOKEN, SETTINGS, COLOUR],
        examples: &[
            (
                "every audience, the nearest first",
                "audient explain < token.jwt",
            ),
            (
                "one audience",
                "audient explain --audience orders --token-file token.jwt",
            ),
        ],
    },
    Ending {
        command: "decode",
        exits: &[
            (0, "it has the parts of a signed token"),
            (1, "it cannot be read as one"),
            (2, "the command is wrong, or there is no such file"),
        ],
        environment: &[TOKEN, COLOUR],
        examples: &[
            ("for people", "audient decode < token.jwt"),
            (
                "for programs",
                "audient decode --output json --token-file token.jwt",
            ),
        ],
    },
    Ending {
        command: "mint",
        exits: &[
            (0, "done"),
            (1, "no dev issuer answers"),
            (
                2,
                "the command is wrong, or asks for what the issuer cannot do",
            ),
        ],
        environment: &[],
        examples: &[
            (
                "a good token, judged at once",
                "audient mint | audient introspect --audience orders",
            ),
            ("one that expired an hour ago", "audient mint --exp -1h"),
            (
                "another audience, another claim",
                "audient mint --aud https://api.example.com/payments --claim tid=acme",
            ),
        ],
    },
    Ending {
        command: "check-config",
        exits: &[(0, "it can be served"), (2, "the command is wrong"), CONFIG],
        environment: &[SETTINGS],
        examples: &[
            ("a file", "audient check-config audient.toml"),
            ("in a pipeline", "audient check-config conf.d --output json"),
        ],
    },
    Ending {
        command: "doctor",
        exits: &[
            (0, "tokens of this issuer can be verified"),
            (1, "something is wrong at the issuer, or between us"),
            WRONG,
            (3, "it cannot be told"),
            CONFIG,
        ],
        environment: &[SETTINGS, COLOUR],
        examples: &[
            ("any issuer", "audient doctor https://auth.example.com"),
            (
                "as the service would ask it",
                "audient doctor prod --config audient.toml",
            ),
        ],
    },
    Ending {
        command: "issuers",
        exits: &[(0, "done"), WRONG, (3, "nobody answers")],
        environment: &[COLOUR],
        examples: &[
            ("all, in a table", "audient issuers"),
            ("one, and each of its keys", "audient issuers prod"),
        ],
    },
    Ending {
        command: "audiences",
        exits: &[(0, "done"), WRONG, (3, "nobody answers")],
        environment: &[COLOUR],
        examples: &[
            ("all, in a table", "audient audiences"),
            (
                "the names, for a program",
                "audient audiences --output json",
            ),
        ],
    },
    Ending {
        command: "health",
        exits: &[
            (0, "SERVING"),
            (1, "not serving, unknown, or nobody answers"),
            (2, "the command is wrong"),
        ],
        environment: &[],
        examples: &[
            ("is it ready?", "audient health"),
            (
                "can tokens for orders be told good from bad?",
                "audient health --service audience/orders",
            ),
        ],
    },
    Ending {
        command: "completions",
        exits: &[(0, "done"), (2, "the command is wrong")],
        environment: &[],
        examples: &[
            (
                "bash, for this user",
                "audient completions bash > ~/.local/share/bash-completion/completions/audient",
            ),
            (
                "fish",
                "audient completions fish > ~/.config/fish/completions/audient.fish",
            ),
        ],
    },
    Ending {
        command: "man",
        exits: &[
            (0, "done"),
            (1, "a page cannot be written"),
            (2, "the command is wrong"),
        ],
        environment: &[],
        examples: &[
            ("the program", "audient man | man -l -"),
            ("one command", "audient man introspect | man -l -"),
            (
                "all, into a folder",
                "audient man --dir ~/.local/share/man/man1",
            ),
        ],
    },
];

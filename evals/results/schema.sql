-- Results of runs. One row for each thing that was decided, said or done; what a column holds is said beside it.
-- In every table below `trials`, the columns run, suite, scenario and trial name the trial that a row belongs to.

CREATE TABLE IF NOT EXISTS format (
    version INTEGER NOT NULL              -- the version of this schema; a file with a larger one is refused
);

CREATE TABLE IF NOT EXISTS runs (
    run VARCHAR PRIMARY KEY,              -- id: when it began (UTC) and four random digits
    started VARCHAR NOT NULL,             -- when it began, ISO 8601 in UTC
    revision VARCHAR NOT NULL,            -- git's revision of the code, empty where there was none
    branch VARCHAR NOT NULL,              -- git's branch, empty on a detached head
    dirty BOOLEAN NOT NULL,               -- whether the working tree held changes that the revision lacks
    label VARCHAR NOT NULL,               -- the name that somebody gave the run, or empty
    model VARCHAR NOT NULL,               -- the model named for the whole run, empty where scenarios named their own
    version VARCHAR NOT NULL              -- the version of Understudy
);

CREATE TABLE IF NOT EXISTS definitions (
    fingerprint VARCHAR PRIMARY KEY,      -- hash of the definition's content
    agent VARCHAR NOT NULL,               -- the agent's id
    definition JSON NOT NULL              -- the whole definition, as it was played
);

CREATE TABLE IF NOT EXISTS measures (
    run VARCHAR NOT NULL,                 -- the run
    definition VARCHAR NOT NULL,          -- fingerprint of the agent's definition
    position INTEGER NOT NULL,            -- place among the measures, from 0
    kind VARCHAR NOT NULL,                -- guideline, journey, state, transition, tool and so on
    aspect VARCHAR NOT NULL,              -- fired, seen_true, seen_false, visited, taken, called and so on
    counts BOOLEAN NOT NULL,              -- whether the share of the agent takes it in
    exercised INTEGER NOT NULL,           -- how many parts scenarios exercised that passed
    failed_only INTEGER NOT NULL,         -- how many only scenarios exercised that failed
    defined INTEGER NOT NULL              -- how many parts there are
);

CREATE TABLE IF NOT EXISTS trials (
    run VARCHAR NOT NULL,                 -- the run
    suite VARCHAR NOT NULL,               -- the scenario's suite
    scenario VARCHAR NOT NULL,            -- the scenario's id, unique in its suite
    trial INTEGER NOT NULL,               -- number of the trial, from 1
    position INTEGER NOT NULL,            -- place in the order in which trials ended, from 0
    name VARCHAR NOT NULL,                -- the scenario's name
    file VARCHAR NOT NULL,                -- the file that the scenario stands in
    line INTEGER NOT NULL,                -- its line there, from 1
    tags VARCHAR[] NOT NULL,              -- the scenario's tags
    agent VARCHAR NOT NULL,               -- the agent as the file names it
    definition VARCHAR NOT NULL,          -- fingerprint of the agent's definition, empty where it was not loaded
    model VARCHAR NOT NULL,               -- the model that was chosen
    answered_by VARCHAR NOT NULL,         -- offline, scripted, live, replayed, mixed or nobody
    verdict VARCHAR NOT NULL,             -- passed, failed or inconclusive
    reason VARCHAR,                       -- why it is inconclusive
    explanation VARCHAR NOT NULL,         -- the same in words, or what broke; empty otherwise
    seconds DOUBLE NOT NULL,              -- how long playing took
    started VARCHAR NOT NULL,             -- when it began, ISO 8601 in UTC
    asks INTEGER NOT NULL,                -- how many asks were made
    prompt_tokens BIGINT NOT NULL,        -- tokens of all prompts
    cached_tokens BIGINT NOT NULL,        -- of these, tokens that the provider had cached
    answer_tokens BIGINT NOT NULL,        -- tokens of all answers
    cost DOUBLE NOT NULL,                 -- USD; of replayed answers what they cost when they were recorded
    stale VARCHAR[] NOT NULL,             -- decisions answered from recordings of other templates, as 'turn 2: match'
    needed INTEGER,                       -- how many of the scenario's trials must pass, null for all of them
    outcome JSON NOT NULL,                -- the whole outcome: conversation, traces, checks, texts
    PRIMARY KEY (run, suite, scenario, trial)
);

CREATE OR REPLACE VIEW scenarios AS
SELECT
    run,                                  -- the run
    suite,                                -- the scenario's suite
    scenario,                             -- the scenario's id
    any_value(name) AS name,              -- the scenario's name
    count(*) AS trials,                   -- how many trials it had
    count(*) FILTER (verdict = 'passed') AS passed,  -- how many of them passed
    CASE WHEN bool_or(verdict = 'inconclusive') THEN 'inconclusive'  -- one trial is enough
         WHEN passed >= coalesce(any_value(needed), count(*)) THEN 'passed'  -- as needed
         ELSE 'failed' END AS verdict,    -- inconclusive if a trial was, else passed if as many passed as are needed
    bool_or(len(stale) > 0) AS stale,     -- whether a trial was answered from recordings of other templates
    sum(seconds) AS seconds,              -- how long its trials took together
    sum(cost) AS cost                     -- what they cost together, USD
FROM trials GROUP BY run, suite, scenario;

CREATE TABLE IF NOT EXISTS turns (
    run VARCHAR NOT NULL,                 -- the run
    suite VARCHAR NOT NULL,               -- the scenario's suite
    scenario VARCHAR NOT NULL,            -- the scenario's id
    trial INTEGER NOT NULL,               -- number of the trial
    turn INTEGER NOT NULL,                -- number of the turn, from 1
    step INTEGER NOT NULL,                -- index of the script's step behind it, from 0
    rounds INTEGER NOT NULL,              -- rounds of deciding
    reply VARCHAR NOT NULL,               -- all that the agent said
    failure VARCHAR,                      -- undecided, model_unavailable or error, where it ended in one
    failure_message VARCHAR,              -- that error in words
    decided VARCHAR NOT NULL,             -- hash of all that was decided in it, the wording of replies left out
    seconds DOUBLE NOT NULL,              -- how long it took, 0 where nobody measured
    first_message_seconds DOUBLE          -- how long until the agent's first message
);

CREATE TABLE IF NOT EXISTS guideline_checks (
    run VARCHAR NOT NULL,                 -- the run
    suite VARCHAR NOT NULL,               -- the scenario's suite
    scenario VARCHAR NOT NULL,            -- the scenario's id
    trial INTEGER NOT NULL,               -- number of the trial
    turn INTEGER NOT NULL,                -- number of the turn
    position INTEGER NOT NULL,            -- place in the turn, from 0
    round INTEGER NOT NULL,               -- round of the turn, from 1
    guideline VARCHAR NOT NULL,           -- the guideline's id
    method VARCHAR NOT NULL,              -- model, always, code or transient
    matched BOOLEAN NOT NULL,             -- whether its condition was found to hold
    rationale VARCHAR NOT NULL,           -- why
    ask VARCHAR                           -- the ask that decided it
);

CREATE TABLE IF NOT EXISTS resolutions (
    run VARCHAR NOT NULL,                 -- the run
    suite VARCHAR NOT NULL,               -- the scenario's suite
    scenario VARCHAR NOT NULL,            -- the scenario's id
    trial INTEGER NOT NULL,               -- number of the trial
    turn INTEGER NOT NULL,                -- number of the turn
    position INTEGER NOT NULL,            -- place in the turn, from 0
    round INTEGER NOT NULL,               -- round of the turn, from 1
    kind VARCHAR NOT NULL,                -- guideline or journey
    id VARCHAR NOT NULL,                  -- its id
    outcome VARCHAR NOT NULL,             -- kept, entailed, or the reason for which it was dropped
    relationship VARCHAR NOT NULL,        -- the relationship behind that, in words
    counterparts VARCHAR[] NOT NULL       -- who stood on its other side
);

CREATE TABLE IF NOT EXISTS journey_steps (
    run VARCHAR NOT NULL,                 -- the run
    suite VARCHAR NOT NULL,               -- the scenario's suite
    scenario VARCHAR NOT NULL,            -- the scenario's id
    trial INTEGER NOT NULL,               -- number of the trial
    turn INTEGER NOT NULL,                -- number of the turn
    position INTEGER NOT NULL,            -- place in the turn, from 0
    round INTEGER NOT NULL,               -- round of the turn, from 1
    journey VARCHAR NOT NULL,             -- the journey's id
    move VARCHAR NOT NULL,                -- started, advanced, skipped, stayed, backtracked, restarted, completed or left
    origin VARCHAR,                       -- the state it came from
    target VARCHAR,                       -- the state it went to
    via VARCHAR[] NOT NULL,               -- the states it passed over
    rationale VARCHAR NOT NULL,           -- why
    ask VARCHAR                           -- the ask that decided it
);

CREATE TABLE IF NOT EXISTS tool_calls (
    run VARCHAR NOT NULL,                 -- the run
    suite VARCHAR NOT NULL,               -- the scenario's suite
    scenario VARCHAR NOT NULL,            -- the scenario's id
    trial INTEGER NOT NULL,               -- number of the trial
    turn INTEGER NOT NULL,                -- number of the turn
    position INTEGER NOT NULL,            -- place in the turn, from 0
    call VARCHAR NOT NULL,                -- the call's id: turn, tool and ordinal
    tool VARCHAR NOT NULL,                -- the tool's id
    arguments JSON NOT NULL,              -- what it was called with
    result JSON,                          -- what a model saw of its result
    failed BOOLEAN NOT NULL,              -- whether it failed
    because VARCHAR[] NOT NULL,           -- the guidelines and states that offered it
    seconds DOUBLE                        -- how long it took
);

CREATE TABLE IF NOT EXISTS replies (
    run VARCHAR NOT NULL,                 -- the run
    suite VARCHAR NOT NULL,               -- the scenario's suite
    scenario VARCHAR NOT NULL,            -- the scenario's id
    trial INTEGER NOT NULL,               -- number of the trial
    turn INTEGER NOT NULL,                -- number of the turn
    position INTEGER NOT NULL,            -- place in the turn, from 0
    text VARCHAR NOT NULL,                -- a message of the agent
    canned VARCHAR                        -- the canned response it is a rendering of
);

CREATE TABLE IF NOT EXISTS asks (
    run VARCHAR NOT NULL,                 -- the run
    suite VARCHAR NOT NULL,               -- the scenario's suite
    scenario VARCHAR NOT NULL,            -- the scenario's id
    trial INTEGER NOT NULL,               -- number of the trial
    turn INTEGER NOT NULL,                -- number of the turn
    position INTEGER NOT NULL,            -- place in the turn, from 0
    ask VARCHAR NOT NULL,                 -- the ask's id: round, decision and ordinal
    decision VARCHAR NOT NULL,            -- the kind of question; judge and customer are the harness's, properties the build's
    attempt INTEGER NOT NULL,             -- 1 for the first; more where answers were unacceptable
    objections INTEGER NOT NULL,          -- how many objections there were to the answer
    model VARCHAR NOT NULL,               -- the model that answered
    source VARCHAR,                       -- live, recorded, offline or scripted
    recorded VARCHAR,                     -- when a recorded answer was given, ISO 8601; null for any other
    answer VARCHAR NOT NULL,              -- hash of the answer's text
    size INTEGER NOT NULL,                -- the prompt's characters
    prompt_tokens BIGINT NOT NULL,        -- tokens of the prompt
    cached_tokens BIGINT NOT NULL,        -- of these, tokens that the provider had cached
    answer_tokens BIGINT NOT NULL,        -- tokens of the answer
    cost DOUBLE NOT NULL,                 -- USD
    seconds DOUBLE                        -- how long the answer took when it was given
);

CREATE TABLE IF NOT EXISTS sections (
    run VARCHAR NOT NULL,                 -- the run
    suite VARCHAR NOT NULL,               -- the scenario's suite
    scenario VARCHAR NOT NULL,            -- the scenario's id
    trial INTEGER NOT NULL,               -- number of the trial
    turn INTEGER NOT NULL,                -- number of the turn
    ask VARCHAR NOT NULL,                 -- the ask's id
    attempt INTEGER NOT NULL,             -- the ask's attempt
    position INTEGER NOT NULL,            -- place in the prompt, from 0
    name VARCHAR NOT NULL,                -- the section's name
    digest VARCHAR NOT NULL,              -- hash of its text
    size INTEGER NOT NULL                 -- its characters
);

CREATE TABLE IF NOT EXISTS expectations (
    run VARCHAR NOT NULL,                 -- the run
    suite VARCHAR NOT NULL,               -- the scenario's suite
    scenario VARCHAR NOT NULL,            -- the scenario's id
    trial INTEGER NOT NULL,               -- number of the trial
    turn INTEGER,                         -- the turn it is about, null for the whole conversation
    position INTEGER NOT NULL,            -- place in the order in which expectations were judged, from 0
    expectation VARCHAR NOT NULL,         -- in the words of the scenario file
    verdict VARCHAR NOT NULL,             -- passed, failed or inconclusive
    explanation VARCHAR NOT NULL,         -- what happened instead, and why
    place VARCHAR NOT NULL                -- file:line:column
);

CREATE TABLE IF NOT EXISTS stages (
    run VARCHAR NOT NULL,                 -- the run
    suite VARCHAR NOT NULL,               -- the scenario's suite
    scenario VARCHAR NOT NULL,            -- the scenario's id
    trial INTEGER NOT NULL,               -- number of the trial
    turn INTEGER NOT NULL,                -- number of the turn
    position INTEGER NOT NULL,            -- place in the turn, from 0
    stage VARCHAR NOT NULL,               -- a stage of the turn, such as match_guidelines
    seconds DOUBLE NOT NULL               -- how long it took
);

CREATE TABLE IF NOT EXISTS coverage (
    run VARCHAR NOT NULL,                 -- the run
    suite VARCHAR NOT NULL,               -- the scenario's suite
    scenario VARCHAR NOT NULL,            -- the scenario's id
    trial INTEGER NOT NULL,               -- number of the trial
    position INTEGER NOT NULL,            -- place in the trial, from 0
    definition VARCHAR NOT NULL,          -- fingerprint of the agent's definition
    kind VARCHAR NOT NULL,                -- guideline, journey, state, transition, tool, canned response or relationship
    part VARCHAR NOT NULL,                -- its id
    aspect VARCHAR NOT NULL,              -- fired, seen_true, seen_false, visited, taken, called and so on
    turns INTEGER NOT NULL                -- in how many turns of the trial
);

CREATE OR REPLACE VIEW latency AS
WITH measured AS (
    SELECT run, 'turn' what, '' name, seconds FROM turns
    UNION ALL SELECT run, 'first message', '', first_message_seconds FROM turns
    UNION ALL SELECT run, 'stage', stage, seconds FROM stages
    UNION ALL SELECT run, 'tool', tool, seconds FROM tool_calls
    UNION ALL SELECT run, 'ask', decision, seconds FROM asks
)
SELECT
    run,                                  -- the run
    what,                                 -- turn, first message, stage, tool or ask
    name,                                 -- which stage, tool or kind of question; empty otherwise
    count(*) AS measured,                 -- how many were measured
    quantile_cont(seconds, 0.5) AS p50,   -- the median, seconds
    quantile_cont(seconds, 0.9) AS p90,   -- 90th percentile
    quantile_cont(seconds, 0.95) AS p95,  -- 95th percentile
    quantile_cont(seconds, 0.99) AS p99,  -- 99th percentile
    max(seconds) AS longest               -- the longest
FROM measured WHERE seconds > 0 GROUP BY run, what, name;

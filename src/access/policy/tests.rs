//! The whole table of verdicts: level × resource × mode × kind of tool × way of calling it.

mod narrowing;

use super::*;
use crate::access::resource_url::ResourceUrl;
use crate::catalog::{COMPACT, find};
use Verdict::*;

const READ: &str = "tokportal_list_bundles";
const WRITE: &str = "tokportal_create_bundle";

fn tool(name: &str) -> &'static Tool<'static> {
    find(name).expect(name)
}

fn compact(name: &str) -> &'static CompactTool {
    let found = COMPACT.iter().find(|tool| tool.name == name);
    found.expect(name)
}

/// Every kind of subject, for a tool that reads and a tool that writes.
fn subjects() -> [(&'static str, Subject<'static>); 10] {
    let (read, write) = (tool(READ), tool(WRITE));
    let (call_read, call_write) = (compact(catalog::CALL_READ), compact(catalog::CALL_WRITE));
    [
        ("read, direct", Subject::Direct(read)),
        ("write, direct", Subject::Direct(write)),
        ("read, described", Subject::Described(read)),
        ("write, described", Subject::Described(write)),
        ("read by call_read", Subject::CalledWith(read, call_read)),
        ("read by call_write", Subject::CalledWith(read, call_write)),
        (
            "write by call_write",
            Subject::CalledWith(write, call_write),
        ),
        ("write by call_read", Subject::CalledWith(write, call_read)),
        ("call_read", Subject::Compact(call_read)),
        ("call_write", Subject::Compact(call_write)),
    ]
}

/// The verdicts at each resource, in the order of [`subjects`]: for a caller with full or unknown access, and for one
/// with read-only access where that differs.
#[rustfmt::skip]
const TABLE: [(&str, [Verdict; 10], [Verdict; 10]); 8] = [
    ("", // every tool, by its own name
        [Allowed, Allowed, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode],
        [Allowed, InsufficientScope, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode]),
    ("toolsets=analytics", // neither tool is in this toolset
        [OtherToolset, OtherToolset, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode],
        [OtherToolset, OtherToolset, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode]),
    ("readonly=1",
        [Allowed, ReadOnlyResource, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode],
        [Allowed, ReadOnlyResource, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode]),
    ("toolsets=analytics&readonly=1",
        [OtherToolset, OtherToolset, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode],
        [OtherToolset, OtherToolset, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode, OtherMode]),
    ("mode=compact",
        [OtherMode, OtherMode, Allowed, Allowed, Allowed, OtherCallTool, Allowed, OtherCallTool, Allowed, Allowed],
        [OtherMode, OtherMode, Allowed, InsufficientScope, Allowed, OtherCallTool, InsufficientScope, OtherCallTool, Allowed, InsufficientScope]),
    ("mode=compact&toolsets=analytics", // the compact tools belong to no toolset
        [OtherMode, OtherMode, OtherToolset, OtherToolset, OtherToolset, OtherToolset, OtherToolset, OtherToolset, Allowed, Allowed],
        [OtherMode, OtherMode, OtherToolset, OtherToolset, OtherToolset, OtherToolset, OtherToolset, OtherToolset, Allowed, InsufficientScope]),
    ("mode=compact&readonly=1",
        [OtherMode, OtherMode, Allowed, ReadOnlyResource, Allowed, OtherCallTool, ReadOnlyResource, ReadOnlyResource, Allowed, ReadOnlyResource],
        [OtherMode, OtherMode, Allowed, ReadOnlyResource, Allowed, OtherCallTool, ReadOnlyResource, ReadOnlyResource, Allowed, ReadOnlyResource]),
    ("mode=compact&toolsets=analytics&readonly=1",
        [OtherMode, OtherMode, OtherToolset, OtherToolset, OtherToolset, OtherToolset, OtherToolset, OtherToolset, Allowed, ReadOnlyResource],
        [OtherMode, OtherMode, OtherToolset, OtherToolset, OtherToolset, OtherToolset, OtherToolset, OtherToolset, Allowed, ReadOnlyResource]),
];

#[test]
fn the_verdict_follows_from_level_resource_mode_and_tool() {
    for (query, full, read) in TABLE {
        let narrowing = ResourceUrl::parse(query).expect(query).narrowing;
        for (i, (name, subject)) in subjects().into_iter().enumerate() {
            for (level, expected) in [
                (None, full[i]),
                (Some(AccessLevel::Full), full[i]),
                (Some(AccessLevel::Read), read[i]),
            ] {
                let verdict = judge(narrowing, level, subject);
                assert_eq!(verdict, expected, "{query:?} {level:?} {name}");
            }
        }
    }
}

/// The table has one tool of each kind; this holds for all of them.
#[test]
fn read_only_access_never_allows_a_tool_that_writes() {
    for query in ["", "readonly=1", "mode=compact", "mode=compact&readonly=1"] {
        let narrowing = ResourceUrl::parse(query).expect(query).narrowing;
        let writes = catalog::TOOLS
            .iter()
            .filter(|tool| tool.facts.scope == Scope::Write);
        for tool in writes {
            let mut subjects = vec![Subject::Direct(tool), Subject::Described(tool)];
            subjects.extend(COMPACT.iter().map(|with| Subject::CalledWith(tool, with)));
            for subject in subjects {
                let verdict = judge(narrowing, Some(AccessLevel::Read), subject);
                assert_ne!(verdict, Allowed, "{} at {query:?}", tool.name);
            }
        }
    }
}

#[test]
fn paid_and_irreversible_tools_need_confirmation() {
    assert!(needs_confirmation(tool(WRITE)));
    assert!(needs_confirmation(tool(
        "tokportal_reveal_account_credentials"
    )));
    assert!(!needs_confirmation(tool(READ)));
    for tool in &catalog::TOOLS {
        let reads = tool.facts.scope == Scope::Read;
        assert!(!(reads && needs_confirmation(tool)), "{}", tool.name);
    }
}

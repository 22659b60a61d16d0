//! Regular expressions as deterministic automata.

use std::collections::HashMap;

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::DFA;
use regex_automata::nfa::thompson;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};

use super::ecma;
use crate::arena::Arena;
use crate::table::Pattern;

/// The most states of an automaton. A table then has at most 128 kB.
const MAX_STATES: usize = 256;
/// The most bytes of the nondeterministic automaton that it is made from.
const MAX_NFA_BYTES: usize = 1 << 20;
/// The most bytes that its states may need while they are made.
const MAX_BYTES: usize = 4 << 20;

/// The number of byte values.
const BYTES: usize = 256;

/// The automaton of a regular expression of ECMA-262, as `pattern` has them.
///
/// # Errors
///
/// Why there is none: the expression is not regular (it looks around or refers back), is invalid, or needs too many
/// states or bytes.
pub(super) fn pattern<'a>(text: &str, arena: &'a Arena) -> Result<&'a Pattern<'a>, String> {
    // Its states are made one at a time, so an expression that needs a million costs no more than one that needs 257.
    let config = DFA::config()
        .match_kind(MatchKind::All)
        .cache_capacity(MAX_BYTES)
        .minimum_cache_clear_count(Some(0));
    let automaton = DFA::builder()
        .configure(config)
        .thompson(thompson::Config::new().nfa_size_limit(Some(MAX_NFA_BYTES)))
        .build(&ecma::translated(text))
        .map_err(|error| causes(&error))?;
    let states = states(&automaton)?;
    let width = states.iter().map(|state| state.next.len()).next();
    let width = width.unwrap_or_default();
    // Bytes that lead to the same states from everywhere are one class.
    let mut columns: Vec<Vec<u16>> = Vec::new();
    let mut classes = Vec::with_capacity(width);
    for byte in 0..width {
        let column: Vec<u16> = states.iter().map(|state| state.next[byte]).collect();
        let known = columns.iter().position(|other| *other == column);
        let class = known.unwrap_or_else(|| {
            columns.push(column);
            columns.len() - 1
        });
        classes.push(u8::try_from(class).map_err(|error| error.to_string())?);
    }
    let next: Vec<u16> = (0..states.len())
        .flat_map(|state| columns.iter().map(move |column| column[state]))
        .collect();
    let accepts: Vec<bool> = states.iter().map(|state| state.accepts).collect();
    Ok(arena.value(Pattern {
        text: arena.text(text),
        classes: arena.list(&classes),
        width: u16::try_from(columns.len()).map_err(|error| error.to_string())?,
        next: arena.list(&next),
        accepts: arena.list(&accepts),
    }))
}

/// A state with the position of its successor for each byte.
struct State {
    next: Vec<u16>,
    accepts: bool,
}

/// The states that the start reaches, itself first. A state after a match is its own successor.
fn states(automaton: &DFA) -> Result<Vec<State>, String> {
    let too_large = |_| format!("its states need more than {MAX_BYTES} bytes");
    let mut cache = automaton.create_cache();
    let start = start::Config::new().anchored(Anchored::No);
    let start = automaton
        .start_state(&mut cache, &start)
        .map_err(|error| error.to_string())?;
    let mut positions: HashMap<LazyStateID, u16> = HashMap::from([(start, 0)]);
    let mut found = vec![start];
    let mut states = Vec::new();
    while let Some(&state) = found.get(states.len()) {
        let position = positions[&state];
        // A match is known one byte after its end.
        let has_matched = state.is_match();
        let mut next = Vec::with_capacity(BYTES);
        for byte in 0..=u8::MAX {
            if has_matched {
                next.push(position);
                continue;
            }
            let successor = automaton
                .next_state(&mut cache, state, byte)
                .map_err(too_large)?;
            if successor.is_quit() {
                return Err("it is not defined for every text".to_owned());
            }
            let new = u16::try_from(found.len()).map_err(|error| error.to_string())?;
            let position = *positions.entry(successor).or_insert_with(|| {
                found.push(successor);
                new
            });
            if found.len() > MAX_STATES {
                return Err(format!("it needs more than {MAX_STATES} states"));
            }
            next.push(position);
        }
        let end = automaton
            .next_eoi_state(&mut cache, state)
            .map_err(too_large)?;
        states.push(State {
            next,
            accepts: has_matched || end.is_match(),
        });
    }
    Ok(states)
}

/// An error with its causes in one line.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = cause.to_string();
        source = cause.source();
    }
    text.lines().last().unwrap_or_default().trim().to_owned()
}

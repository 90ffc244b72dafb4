//! What a person may do where. Everything the desk reads or writes passes here.

use crate::bureau::Bureau;
use crate::hand::asked_by;
use crate::row::satisfies;
use crate::{Actor, Post};
use luoshi_kernel::Context;
use luoshi_kernel::access::{Seat, both, scope};
use luoshi_pack::{Action, Condition, Move};
use luoshi_store::{Reader, StoreError};
use std::collections::BTreeMap;

impl Actor {
    /// The system itself: the command line and jobs. It sees everything.
    pub fn system(lang: luoshi_kernel::Lang) -> Actor {
        Actor {
            account: 0,
            name: lang.pick("系统", "system").into(),
            person: None,
            posts: vec![],
            lang,
            csrf: String::new(),
        }
    }

    fn is_system(&self) -> bool {
        self.account == 0
    }

    fn seats(&self) -> Vec<Seat<'_>> {
        self.posts.iter().map(|post| Seat { role: &post.role, unit: post.unit }).collect()
    }

    /// The records of a register on which the person may do this; `None`: none.
    pub(crate) fn scope(&self, bureau: &Bureau, register: &str, action: Action) -> Option<Condition> {
        if self.is_system() {
            return Some(Condition::All(vec![]));
        }
        scope(&bureau.packs, &self.seats(), register, action)
    }

    /// The records on which the person may make a move: roles named by the move, within what they may see, where it is
    /// theirs to make.
    pub(crate) fn move_scope(&self, bureau: &Bureau, register: &str, made: &Move) -> Option<Condition> {
        if self.is_system() {
            return Some(Condition::All(vec![]));
        }
        let parts: Vec<Condition> =
            self.move_seats(bureau, register, made).into_iter().map(|(_, scope)| scope).collect();
        if parts.contains(&Condition::All(vec![])) {
            return Some(Condition::All(vec![]));
        }
        (!parts.is_empty()).then_some(Condition::Any(parts))
    }

    /// Each post that a move's roles name, with the records on which it allows the move.
    pub(crate) fn move_seats(&self, bureau: &Bureau, register: &str, made: &Move) -> Vec<(&Post, Condition)> {
        let mut seats = vec![];
        for post in self.posts.iter().filter(|post| made.by.contains(&post.role)) {
            let seat = Seat { role: &post.role, unit: post.unit };
            let Some(seen) = scope(&bureau.packs, &[seat], register, Action::See) else { continue };
            // A delegate stands in the giver's place.
            let me = post.giver.as_ref().map(|giver| giver.person).or(self.person);
            let whose = made.whose.as_ref().map_or(Condition::All(vec![]), |whose| asked_by(whose, me, post.unit));
            seats.push((post, both(seen, whose)));
        }
        seats
    }

    /// The giver in whose place the person does this to a record: `None` when their own posts allow it.
    pub(crate) fn behalf(
        &self,
        bureau: &Bureau,
        reader: &mut Reader,
        context: &Context,
        register: &str,
        id: i64,
        action: Action,
    ) -> Result<Option<i64>, StoreError> {
        let mut by_giver: BTreeMap<Option<i64>, Vec<Seat<'_>>> = BTreeMap::from([(None, vec![])]);
        for post in &self.posts {
            let giver = post.giver.as_ref().map(|giver| giver.person);
            by_giver.entry(giver).or_default().push(Seat { role: &post.role, unit: post.unit });
        }
        if by_giver.len() == 1 {
            return Ok(None);
        }
        for (giver, seats) in by_giver {
            let Some(scope) = scope(&bureau.packs, &seats, register, action) else { continue };
            if satisfies(bureau, reader, context, register, id, &scope)? {
                return Ok(giver);
            }
        }
        Ok(None)
    }

    /// The first post, for the head of the page.
    pub(crate) fn post(&self, bureau: &Bureau) -> String {
        self.posts.first().map_or_else(String::new, |post| {
            let role = bureau.packs.roles.get(&post.role);
            let role = role.map_or(post.role.clone(), |role| self.lang.pick(&role.title, &role.en).to_string());
            if role == post.unit_title || post.unit_title == bureau.title {
                role
            } else {
                format!("{} {role}", post.unit_title)
            }
        })
    }
}

//! What a person may do where. Everything the desk reads or writes passes here.

use crate::Actor;
use crate::bureau::Bureau;
use luoshi_kernel::access::{Seat, scope};
use luoshi_pack::{Action, Condition, Move};

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

    /// The records on which the person may make a move: roles named by the move, within what they may see.
    pub(crate) fn move_scope(&self, bureau: &Bureau, register: &str, made: &Move) -> Option<Condition> {
        if self.is_system() {
            return Some(Condition::All(vec![]));
        }
        let seats: Vec<Seat<'_>> =
            self.seats().into_iter().filter(|seat| made.by.iter().any(|role| role == seat.role)).collect();
        scope(&bureau.packs, &seats, register, Action::See)
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

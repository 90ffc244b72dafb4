//! Makes a demo bureau: deterministic from a seed, in the order of time, through the desk alone. Everything in it but the
//! plan's own text is invented and marked 演示数据.

mod budget;
mod credit;
mod credit_bank;
mod equipment;
mod names;
mod party;
mod people;
mod projects;
mod script;
mod special_education;
mod supervision;
mod training;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use luoshi_desk::{Desk, account};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use script::Player;
use serde::Deserialize;

pub use people::Shown;

/// `plans/NAME/demo.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The same seed gives the same bureau.
    seed: u64,
    /// The bureau's name.
    pub bureau: String,
    /// The first day of its records.
    since: Date,
    /// The day on which it is opened.
    pub today: Date,
    sections: Vec<String>,
    departments: Vec<String>,
    towns: Vec<String>,
    schools: Schools,
    projects: Projects,
    equipment: Equipment,
    special_education: special_education::SpecialEducation,
    credit_bank: credit_bank::CreditBank,
    training: training::Training,
    party: party::Party,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Schools {
    kindergarten: usize,
    primary: usize,
    junior: usize,
    nine_year: usize,
    senior: usize,
    vocational: usize,
    special: usize,
}

/// Title, kind, stage, town, places, investment in 万元, due on, delivered or expected on, state, handler.
type DueProject = (String, String, String, String, i64, i64, Date, Date, String, String);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Projects {
    due: Vec<DueProject>,
    earlier: usize,
    later: usize,
    reserve: usize,
    void: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Equipment {
    lights: usize,
    lights_accepted: usize,
    aircons: usize,
    aircons_accepted: usize,
}

/// Reads a recipe.
pub fn recipe(text: &str) -> Result<Recipe, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

/// Makes the demo bureau on an empty desk whose clock is moved by hand; answers the accounts to show.
pub fn make(desk: &Desk, recipe: &Recipe, quiet: bool) -> Result<Vec<Shown>, String> {
    let mut rng = ChaCha8Rng::seed_from_u64(recipe.seed);
    let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new(0) };
    let style = ProgressStyle::with_template("{msg} {bar:32} {pos}/{len}").map_err(|error| error.to_string())?;
    bar.set_style(style.progress_chars("━╸ "));
    let mut player = Player::new(desk);

    let house = people::house(&mut rng, recipe);
    let shown = people::settle(desk, &mut player, &house, recipe, &bar)?;
    let mut events = projects::script(&mut rng, recipe, &house);
    events.extend(equipment::script(&mut rng, recipe, &house));
    events.extend(special_education::script(&mut rng, &recipe.special_education, &recipe.towns, &house));
    events.extend(credit_bank::script(&mut rng, &recipe.credit_bank, &recipe.towns));
    events.extend(budget::script(&mut rng, &house));
    events.extend(training::script(&mut rng, &recipe.training, &recipe.towns, recipe.today));
    events.extend(supervision::script(recipe.training.institutions, &recipe.towns, &recipe.bureau));
    events.extend(credit::script(&recipe.bureau, recipe.training.institutions));
    events.extend(party::script(&mut rng, &recipe.party, recipe.today, &house));
    bar.set_length(bar.position() + events.len() as u64);
    bar.set_message("演示数据");
    player.play(events, &|count| bar.inc(count))?;
    player.end_at(recipe.today)?;
    bar.finish_and_clear();

    let lines: Vec<String> = shown
        .iter()
        .map(|shown| format!("{}\t{}\t{}\t{}", shown.name, shown.title, shown.about, shown.about_en))
        .collect();
    account::set_demo(desk.bureau(), &recipe.today.to_string(), &lines.join("\n"))
        .map_err(|refusal| refusal.to_string())?;
    Ok(shown)
}

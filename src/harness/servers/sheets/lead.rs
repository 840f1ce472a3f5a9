//! The rows of the one large sheet: leads, of which twenty are worth a call, whatever the seed.

use std::collections::BTreeSet;

use super::{
    super::{
        draw::{Draw, Stream},
        prose::{Lists, Prose},
        world::{DAY, Moment, NOW, World},
    },
    params::Cell,
};

pub(super) const LEADS: usize = 10_000;

/// The columns of the sheet.
pub(super) const HEADER: [&str; 13] = [
    "company",
    "contact",
    "title",
    "email",
    "phone",
    "country",
    "industry",
    "employees",
    "score",
    "stage",
    "source",
    "last_contacted",
    "notes",
];

/// The countries that the sales team covers, and how many leads of each are worth a call.
pub(in super::super) const MARKETS: [(&str, usize); 3] = [("Germany", 10), ("Austria", 5), ("Switzerland", 5)];
/// What a lead has at least that is worth a call, beside the stage.
const MIN_EMPLOYEES: usize = 500;
const MIN_SCORE: usize = 90;
const STAGE: &str = "qualified";

const CITIES: [(&str, &str); 21] = [
    ("Hamburg", "Germany"),
    ("Lyon", "France"),
    ("Vienna", "Austria"),
    ("Porto", "Portugal"),
    ("Zurich", "Switzerland"),
    ("Leeds", "United Kingdom"),
    ("Munich", "Germany"),
    ("Madrid", "Spain"),
    ("Utrecht", "Netherlands"),
    ("Leipzig", "Germany"),
    ("Milan", "Italy"),
    ("Graz", "Austria"),
    ("Nantes", "France"),
    ("Basel", "Switzerland"),
    ("Uppsala", "Sweden"),
    ("Bristol", "United Kingdom"),
    ("Cologne", "Germany"),
    ("Ghent", "Belgium"),
    ("Valencia", "Spain"),
    ("Aarhus", "Denmark"),
    ("Krakow", "Poland"),
];
/// Companies of the world.
const COMPANIES: usize = 480;

#[derive(Clone, Debug)]
pub(in super::super) struct Lead {
    pub(in super::super) company: String,
    pub(in super::super) contact: String,
    title: &'static str,
    pub(in super::super) email: String,
    phone: String,
    pub(in super::super) country: &'static str,
    industry: &'static str,
    pub(in super::super) employees: usize,
    pub(in super::super) score: usize,
    stage: &'static str,
    source: &'static str,
    last_contacted: String,
    notes: String,
}

/// A company, by its `World::company` index, in a city: different leads below 10,080 have different pairs.
fn place(index: usize, offset: usize) -> (usize, usize) {
    // 4,801 has no factor in common with 10,080.
    let pair = (index * 4_801 + offset) % (COMPANIES * CITIES.len());
    (pair % COMPANIES, pair / COMPANIES)
}

fn offset(world: World) -> usize {
    world.draw(Stream::Spreadsheet, 0).below(COMPANIES * CITIES.len())
}

/// The rows that are worth a call.
fn wanted(world: World) -> BTreeSet<usize> {
    let (mut draw, offset) = (world.draw(Stream::Spreadsheet, 1), offset(world));
    let mut of_market = |(country, count): (&str, usize)| {
        let mut rows: Vec<_> = (0..LEADS).filter(|row| CITIES[place(*row, offset).1].1 == country).collect();
        draw.shuffle(&mut rows);
        rows.truncate(count);
        rows
    };
    MARKETS.iter().flat_map(|market| of_market(*market)).collect()
}

/// The leads that are worth a call, in the order of the sheet.
pub(in super::super) fn wanted_leads(world: World) -> Vec<Lead> {
    wanted(world).into_iter().map(|row| Lead::generate(world, row, offset(world), true)).collect()
}

/// Every lead in the order of the sheet.
pub(super) fn leads(world: World) -> impl Iterator<Item = Lead> {
    let (wanted, offset) = (wanted(world), offset(world));
    (0..LEADS).map(move |row| Lead::generate(world, row, offset, wanted.contains(&row)))
}

impl Lead {
    fn generate(world: World, row: usize, offset: usize, wanted: bool) -> Self {
        let mut draw = world.draw(Stream::Lead, row as u64);
        let (company, city) = place(row, offset);
        let (company, (city, country)) = (world.company(company as u64), CITIES[city]);
        let person = world.person(draw.below(1_024));
        let domain = format!("{}.{}", city.to_ascii_lowercase(), company.domain);
        let prose = Prose { lists: &[PHRASES] };
        let note = draw.pick(NOTES);
        let mut lead = Self {
            company: format!("{} {city}", company.name),
            contact: person.name,
            title: draw.pick(TITLES),
            email: format!("{}@{domain}", person.handle),
            phone: format!("+{} 555 {:06}", draw.between(31, 49), draw.below(1_000_000)),
            country,
            industry: draw.pick(&["Retail", "Manufacturing", "Transport", "Energy", "Media", "Healthcare"]),
            employees: draw.between(2, 60) * draw.between(5, 45),
            score: draw.between(12, 99),
            stage: draw.pick(&["new", "contacted", STAGE, "nurturing", "lost"]),
            source: draw.pick(&["web form", "trade fair", "referral", "webinar", "partner", "outbound"]),
            last_contacted: Moment(NOW.0 - draw.between(1, 300) as i64 * DAY).date(),
            notes: prose.text(&mut draw, note),
        };
        match (wanted, lead.is_worth_a_call()) {
            (true, _) => lead.qualify(&mut draw),
            (false, true) => lead.disqualify(&mut draw),
            (false, false) => {}
        }
        lead
    }

    fn is_worth_a_call(&self) -> bool {
        MARKETS.iter().any(|(country, _)| *country == self.country)
            && self.employees >= MIN_EMPLOYEES
            && self.score >= MIN_SCORE
            && self.stage == STAGE
    }

    fn qualify(&mut self, draw: &mut Draw) {
        self.employees = draw.between(MIN_EMPLOYEES, 2_600);
        self.score = draw.between(MIN_SCORE, 99);
        self.stage = STAGE;
    }

    /// Lets it miss by one of the conditions.
    fn disqualify(&mut self, draw: &mut Draw) {
        match draw.below(3) {
            0 => self.employees = draw.between(40, MIN_EMPLOYEES - 1),
            1 => self.score = draw.between(60, MIN_SCORE - 1),
            _ => self.stage = "contacted",
        }
    }

    pub(super) fn cells(&self) -> Vec<Cell> {
        vec![
            (*self.company).into(),
            (*self.contact).into(),
            self.title.into(),
            (*self.email).into(),
            (*self.phone).into(),
            self.country.into(),
            self.industry.into(),
            self.employees.into(),
            self.score.into(),
            self.stage.into(),
            self.source.into(),
            (*self.last_contacted).into(),
            (*self.notes).into(),
        ]
    }
}

const TITLES: &[&str] = &[
    "Head of E-Commerce",
    "IT Manager",
    "Managing Director",
    "Head of Purchasing",
    "Shop Manager",
    "Finance Lead",
    "Head of Logistics",
    "Marketing Lead",
];
const PHRASES: Lists<'static> = &[
    ("product", &["the checkout", "stock by warehouse", "the partner feed", "the mobile shop", "invoices", "returns"]),
    ("when", &["in spring", "after the trade fair", "next quarter", "once the budget is approved", "in two weeks"]),
    ("rival", &["a system of their own", "a competitor", "spreadsheets", "an agency", "an old shop from 2014"]),
];
const NOTES: &[&str] = &[
    "Asked for a demo of {product}, wants to decide {when}.",
    "Uses {rival} today and is not happy with {product}.",
    "Call back {when}, was travelling.",
    "Has {3..90} stores; interested in {product} above all.",
    "Downloaded the price list twice, no answer to the last mail.",
    "Wants to speak with a customer that moved from {rival}.",
    "Contract with {rival} ends {when}.",
    "Prefers e-mail; technical questions about {product}.",
    "Met at the fair, left a card.",
    "",
];

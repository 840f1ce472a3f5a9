//! The English of those who ask for tools: which words mean the same, and which mean nothing.
//!
//! In: words in lower case without their plural ending ([`crate::codegen::words`]). Out: terms, which are stems by
//! Snowball's English rules, and the terms that may stand for a term. The tables hold what people say of files, code,
//! data, machines and web pages in general; no tool's own name is among them.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use waken_snowball::{Algorithm, Stemmer};

use crate::codegen::words::words;

/// Words of queries that say nothing of what is looked for.
const FILLERS: &str = "a an the of to for in on at and or but by with from this that these those it its my mine i is be \
    am are was were been being as into how tool via do does did doing have has had having take took can could may \
    might must shall should will would me we us our your you he she they them their him his her here there what when \
    where why whose if then else so than too very not no nor also just only each some such same other another own once \
    already yet still about through during before after again further out off onto upon within without let please want \
    need like use used using give both few more most now today ever s t don certain sure one someone somebody \
    something anyone anybody anything everyone everything";

/// Short or irregular forms and the words that they stand for, as pairs.
const FORMS: &str = "repo repository org organization organisation organization db database k8s kubernetes mongo mongodb \
    dir directory doc document config configuration env environment img image msg message info information auth \
    authentication param parameter app application js javascript ts typescript admin administrator stat statistic ns \
    namespace dep dependency wrote write written write found find sent send made make ran run gone go went go said say \
    got get gave give given give taken take saw see seen see kept keep left leave chosen choose chose choose held hold \
    people person children child indices index lost lose built build shown show bought buy paid pay begun begin broken \
    break broke break forgotten forget forgot forget hidden hide spoken speak thought think told tell undone undo";

/// What is said in several words, or in one that stands for several, and the words that say it plainly.
const PHRASES: [(&str, &str); 42] = [
    ("pr", "pull request"),
    ("ci", "workflow check"),
    ("look up", "search find"),
    ("look for", "search find"),
    ("look at", "view"),
    ("look into", "view"),
    ("find out", "get"),
    ("log in", "authenticate login"),
    ("logged in", "authenticated login"),
    ("sign in", "authenticate login"),
    ("who am i", "self authenticated user"),
    ("how many", "count"),
    ("how much", "usage total size"),
    ("how big", "size"),
    ("how large", "size"),
    ("how long", "duration time"),
    ("how old", "date time"),
    ("what time", "time"),
    ("get rid of", "delete"),
    ("clean up", "delete"),
    ("throw away", "delete"),
    ("take out", "remove"),
    ("up to date", "update"),
    ("check out", "checkout"),
    ("go back", "navigate back"),
    ("set up", "create configure"),
    ("turn on", "toggle enable"),
    ("turn off", "toggle disable"),
    ("switch on", "toggle enable"),
    ("switch off", "toggle disable"),
    ("add up", "sum add"),
    ("sum up", "sum aggregate"),
    ("write down", "write save"),
    ("shut down", "stop"),
    ("kick off", "start trigger"),
    ("at once", "multiple"),
    ("at the same time", "multiple simultaneous"),
    ("in one go", "multiple"),
    ("hand over", "assign"),
    ("back up", "export backup"),
    ("carry out", "execute"),
    ("thumbs up", "reaction"),
];

/// Words that may stand for one another, a group between commas.
const SYNONYMS: &str = "\
    delete remove drop erase purge clear forget discard destroy trash, \
    find search look query discover locate lookup seek, \
    create add make new generate, create open start begin, create write post publish share, \
    add insert append attach include put, create report file raise submit, \
    get read view retrieve fetch see display show load obtain describe check open, \
    list show all which every enumerate available exist, \
    update edit change modify set patch alter adjust, update replace overwrite rewrite, \
    update turn convert switch mark, \
    run execute start trigger launch invoke perform rerun restart, stop cancel abort kill terminate interrupt halt, \
    close resolve finish complete done fix, close quit exit disconnect, dismiss cancel ignore close accept, \
    move rename relocate transfer put, copy fork duplicate clone, write save store record keep, \
    send post submit publish push, upload attach push send, download fetch export save, \
    export dump backup extract, import load restore ingest insert, compare diff difference, merge combine join, \
    approve review accept, request ask, press click push tap hit, choose select pick, \
    navigate go visit open browse, type enter write fill, wait until pending, \
    pending wait outstanding unfinished todo attention, apply create deploy, scale resize replica size, \
    connect link login, switch checkout change select, undo revert reset restore unstage, \
    convert translate transform, calculate compute sum, sum add total, aggregate group sum average statistics, \
    explain plan analyze profile, think reason thought, echo repeat back return, compress zip gzip pack archive, \
    toggle enable disable, print log output, monitor watch top usage consumption, allow access permission permitted, \
    subscribe watch follow notify, react reaction emoji like, assign add, \
    folder directory path, file document, document record row item entry, issue ticket bug defect task, \
    sub child nested, parent above, comment note reply remark conversation message, answer reply response, \
    log output trace console, picture image photo media icon, screenshot picture image capture snapshot, \
    site website page web url browser, user member person account people who, \
    collaborator member user people who access, author who user wrote, developer user people, team group, \
    email user, count number many quantity, size big large space storage disk byte length, \
    error fail failure warning problem exception crash, text content body, title name heading, line row, \
    property field attribute, schema field column structure type, table database collection, database data source, \
    dependency vulnerable vulnerability security, vulnerability security advisory cve hole alert, \
    secret password key credential token leak, alert finding warning notification, label tag category, \
    version tag release, relation relationship connect link edge related, entity person thing object node, \
    observation fact note, memory remember knowledge graph, history log past, history commit, \
    dialog popup alert prompt modal, dark light theme color scheme mode, board project kanban, \
    build job workflow pipeline action, blame author line, readme file content, dropdown option menu select, \
    button link element, variable environment setting, configuration setting option preference, \
    cpu memory resource consumption, memory ram, container pod, replica deployment instance, \
    shell terminal command exec, event warning happen, snippet gist, star favorite bookmark, timezone city, \
    date day time, clock time hour, request network http traffic, javascript console script, \
    multiple several many batch bulk various, latest last newest recent current, metadata information detail size, \
    last modified changed, local disk filesystem, remote github, workspace organization company, \
    step sequence sequential, begin start first, end append last bottom, row query record, \
    tree structure hierarchy nested, similar duplicate same, depend block, draft ready, \
    unstaged working uncommitted changed, stage add, commit save record";

static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::new(Algorithm::English));
static FILLER_SET: LazyLock<HashSet<&str>> = LazyLock::new(|| FILLERS.split_whitespace().collect());
static FORM_MAP: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let forms: Vec<&str> = FORMS.split_whitespace().collect();
    forms.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
});
static SYNONYM_MAP: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(synonym_map);
/// By its first word.
static PHRASE_MAP: LazyLock<HashMap<String, Vec<Phrase>>> = LazyLock::new(|| {
    let mut map = HashMap::<_, Vec<_>>::new();
    for (phrase, meaning) in PHRASES {
        let mut others = words(phrase);
        map.entry(others.remove(0)).or_default().push(Phrase { others, meaning });
    }
    map
});

struct Phrase {
    /// The words after the first.
    others: Vec<String>,
    meaning: &'static str,
}

/// The term of a word.
pub fn term(word: &str) -> String {
    STEMMER.stem(FORM_MAP.get(word).copied().unwrap_or(word)).into_owned()
}

/// The terms that may stand for a term.
pub fn synonyms(term: &str) -> &'static [String] {
    SYNONYM_MAP.get(term).map_or(&[], Vec::as_slice)
}

pub fn is_filler(word: &str) -> bool {
    FILLER_SET.contains(word)
}

/// The words with each phrase put plainly; of several phrases that begin at a word, the longest counts.
pub fn plainly(words: &[String]) -> Vec<String> {
    let mut plain = Vec::new();
    let mut rest = words;
    while let Some((first, others)) = rest.split_first() {
        let phrases = PHRASE_MAP.get(first).into_iter().flatten();
        let meant =
            phrases.filter(|phrase| others.starts_with(&phrase.others)).max_by_key(|phrase| phrase.others.len());
        match meant {
            Some(phrase) => {
                plain.extend(phrase.meaning.split(' ').map(str::to_owned));
                rest = &others[phrase.others.len()..];
            }
            None => {
                plain.push(first.clone());
                rest = others;
            }
        }
    }
    plain
}

fn synonym_map() -> HashMap<String, Vec<String>> {
    let mut map = HashMap::<String, Vec<String>>::new();
    for group in SYNONYMS.split(',') {
        let group: Vec<String> = group.split_whitespace().map(term).collect();
        for one in &group {
            let known = map.entry(one.clone()).or_default();
            for other in &group {
                if other != one && !known.contains(other) {
                    known.push(other.clone());
                }
            }
        }
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_have_one_term() {
        for forms in [["create", "creating"], ["repo", "repository"], ["written", "writes"], ["failed", "failing"]] {
            let [one, other] = forms.map(|form| term(&words(form)[0]));
            assert_eq!(one, other, "{forms:?}");
        }
        assert_ne!(term("issue"), term("user"));
    }

    #[test]
    fn synonyms_go_both_ways() {
        for [one, other] in [["delete", "remove"], ["find", "search"], ["directory", "folder"], ["edit", "update"]] {
            let stands = |one: &str, other: &str| synonyms(&term(one)).contains(&term(other));
            assert!(stands(one, other) && stands(other, one), "{one} and {other}");
        }
        assert!(synonyms("zebra").is_empty());
    }

    #[test]
    fn phrases_are_put_plainly() {
        for (said, plain) in [
            ("merge the PR", "merge the pull request"),
            ("who am I", "self authenticated user"),
            ("read all at once", "read all multiple"),
            ("at", "at"),
            ("", ""),
        ] {
            assert_eq!(plainly(&words(said)).join(" "), plain, "{said:?}");
        }
    }
}

//! What there is to call at one time: [`Toolset`]. Requests keep the one that they began with.

use std::sync::Arc;

use super::direct::Direct;
use crate::{
    catalog::Catalog,
    policy::Rulings,
    program::check::{CheckMode, Checker},
    router::{Router, RouterError},
    upstream::Pool,
};

pub(super) struct Toolset {
    pub(super) router: Router,
    pub(super) direct: Direct,
    /// The servers that are down, and why.
    pub(super) down: Vec<(Arc<str>, Arc<str>)>,
    /// Whether every server had been tried by then.
    pub(super) is_settled: bool,
}

impl Toolset {
    /// That of a router which has no tools yet.
    pub(super) fn new(router: Router) -> Self {
        Self { router, direct: Direct::default(), down: Vec::new(), is_settled: false }
    }

    pub(super) fn catalog(&self) -> &Catalog {
        self.router.executor().catalog()
    }

    pub(super) fn renewed(
        &self,
        catalog: Catalog,
        rulings: Rulings,
        checker: Option<(Checker, CheckMode)>,
        pool: &Pool,
        is_settled: bool,
    ) -> Result<Self, RouterError> {
        let direct = Direct::new(&catalog, |id| pool.rest_of(&id.server, &id.tool).unwrap_or_default());
        let executor = self.router.executor().with_tools(catalog, checker);
        let router = self.router.with_tools(executor, rulings)?;
        Ok(Self { router, direct, down: pool.down(), is_settled })
    }
}

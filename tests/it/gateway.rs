//! The gateway between real clients and real servers: what passes, what it makes of faults on either side, and who hears what.
//! Every fault ends in an error of that one request, and the gateway goes on serving the others.

mod clients;
mod downstream_faults;
mod failing;
mod fixture;
mod http_upstream;
mod questions;
mod routing;
mod sessions;
mod surface;
mod toolsets;
mod upstream_faults;
mod workshop;

//! Arguments of `exacity serve`, and of the program that serves.

use clap::Args;
use std::net::IpAddr;

/// Open the workbench: move weights, edit rules and plans in a browser, and watch places move
///
/// Prints a link for a browser on this machine. Nobody else can reach it: it listens on the loopback
/// address, and answers only to those who have the link. The server is a program of its own,
/// `exacity-web`, built beside this one.
#[derive(Debug, Clone, Default, Args)]
#[command(after_long_help = "\
Examples:
  exacity serve
  exacity serve --open --profile hubs
  exacity --project my-cities serve --port 8123")]
pub struct Serve {
    /// Profile to start with; `exacity list profiles` shows them
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Port to listen on; else any that is free
    #[arg(
        long,
        value_name = "PORT",
        default_value_t = 0,
        hide_default_value = true
    )]
    pub port: u16,
    /// Address to listen on; any but a loopback address lets other machines in who have the link
    #[arg(long, value_name = "ADDRESS")]
    pub bind: Option<IpAddr>,
    /// Open the link in the browser of this machine
    #[arg(long)]
    pub open: bool,
}

//! Scheduler, executor and client, each with the functions of this binary.

use crate::args::{Executor, Policy, Scheduler};
use crate::functions::{aggregates, scalars};
use ballista::prelude::SessionContextExt;
use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::error::Result;
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_core::utils::default_session_builder;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;
use datafusion::execution::{FunctionRegistry, SessionStateBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};
use std::net::SocketAddr;
use std::sync::Arc;

fn policy(policy: Policy) -> TaskSchedulingPolicy {
    match policy {
        Policy::Push => TaskSchedulingPolicy::PushStaged,
        Policy::Pull => TaskSchedulingPolicy::PullStaged,
    }
}

/// Gives a session the functions.
fn equip(registry: &mut dyn FunctionRegistry) -> datafusion::error::Result<()> {
    for function in scalars() {
        registry.register_udf(function)?;
    }
    for function in aggregates() {
        registry.register_udaf(function)?;
    }
    Ok(())
}

fn config(partitions: usize) -> SessionConfig {
    // Cutting a file into pieces pays from here on; by default small files are not cut.
    let config = SessionConfig::new().with_target_partitions(partitions);
    config.with_repartition_file_min_size(1 << 20)
}

/// Starts a session in this process.
pub(crate) fn local(partitions: usize) -> datafusion::error::Result<SessionContext> {
    let mut context = SessionContext::new_with_config(config(partitions));
    equip(&mut context)?;
    Ok(context)
}

/// Starts a session with a scheduler.
pub(crate) async fn remote(
    url: &str,
    partitions: usize,
) -> datafusion::error::Result<SessionContext> {
    let state = SessionStateBuilder::new()
        .with_config(config(partitions))
        .with_default_features()
        .build();
    let mut context = SessionContext::remote_with_state(url, state).await?;
    // Making a session one of a cluster drops what was registered before.
    equip(&mut context)?;
    Ok(context)
}

/// Runs the scheduler, until it is told to end.
pub(crate) async fn scheduler(args: &Scheduler) -> Result<()> {
    let config = SchedulerConfig {
        external_host: args.host.clone(),
        bind_host: args.bind.to_string(),
        bind_port: args.port,
        scheduling_policy: policy(args.policy),
        executor_timeout_seconds: args.executor_timeout,
        expire_dead_executor_interval_seconds: (args.executor_timeout / 3).max(1),
        no_executors_grace_period_seconds: 2 * args.executor_timeout,
        override_session_builder: Some(Arc::new(|config| {
            let mut state = default_session_builder(config)?;
            equip(&mut state)?;
            Ok(state)
        })),
        ..SchedulerConfig::default()
    };
    let cluster = BallistaCluster::new_from_config(&config).await?;
    let address = SocketAddr::new(args.bind, args.port);
    start_server(cluster, address, Arc::new(config)).await
}

/// Runs an executor, until it is told to end.
pub(crate) async fn executor(args: &Executor, threads: Option<usize>) -> Result<()> {
    let mut registry = BallistaFunctionRegistry::default();
    for function in scalars() {
        registry
            .scalar_functions
            .insert(function.name().to_owned(), function);
    }
    for function in aggregates() {
        registry
            .aggregate_functions
            .insert(function.name().to_owned(), function);
    }
    let usual = ExecutorProcessConfig::default();
    let config = ExecutorProcessConfig {
        bind_host: args.bind.to_string(),
        external_host: args.host.clone(),
        port: args.port,
        grpc_port: args.port + 1,
        scheduler_host: args.scheduler_host.clone(),
        scheduler_port: args.scheduler_port,
        scheduler_connect_timeout_seconds: 30,
        vcores: threads.unwrap_or(usual.vcores),
        task_scheduling_policy: policy(args.policy),
        work_dir: args
            .work_dir
            .as_ref()
            .map(|folder| folder.display().to_string()),
        executor_heartbeat_interval_seconds: 5,
        override_function_registry: Some(Arc::new(registry)),
        ..usual
    };
    start_executor_process(Arc::new(config)).await
}

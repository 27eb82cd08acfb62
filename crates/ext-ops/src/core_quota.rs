//! `core.quota`.

use ext_perm::{BudgetLeft, Quota};
use ext_registry::{Context, CoreQuery, OpError, register_core_query};
use ext_wire::ops::{
    NoInput,
    core::{BudgetQuota, JobQuota, QuotaOutput, RequestQuota},
};

struct QuotaQuery;

impl CoreQuery for QuotaQuery {
    type Input = NoInput;
    type Output = QuotaOutput;

    async fn execute(_: NoInput, context: Context<'_>) -> Result<QuotaOutput, OpError> {
        Ok(describe(context.quota()))
    }
}
register_core_query!(QuotaQuery, "core.quota", "What the caller has left of its limits");

fn describe(quota: Quota) -> QuotaOutput {
    let Quota { rate, requests_left, jobs, budgets, resets_in_ms } = quota;
    let requests = rate.zip(requests_left).map(|(rate, left)| RequestQuota {
        per_minute: rate.per_minute.get(),
        burst: rate.burst.get(),
        left,
    });
    let budget = |BudgetLeft { budget, limit, left }: BudgetLeft| BudgetQuota {
        name: budget.name().to_owned(),
        limit,
        left,
    };
    QuotaOutput {
        requests,
        jobs: jobs.map(|(running, limit)| JobQuota { limit, running }),
        budgets: budgets.into_iter().map(budget).collect(),
        resets_in_ms,
    }
}

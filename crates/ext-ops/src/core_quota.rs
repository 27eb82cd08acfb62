//! The operation `core.quota`.

use ext_perm::{BudgetLeft, Quota};
use ext_registry::{Context, CoreQuery, OpError, register};
use ext_wire::ops::{
    NoInput, core,
    core::{BudgetQuota, JobQuota, QuotaOutput, RequestQuota},
};

use crate::BuiltIn;

impl CoreQuery<core::Quota> for BuiltIn {
    async fn execute(_: NoInput, context: Context<'_>) -> Result<QuotaOutput, OpError> {
        Ok(describe(context.quota()))
    }
}
register!(CoreQuery<core::Quota> for BuiltIn);

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

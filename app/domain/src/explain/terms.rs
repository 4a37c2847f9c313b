//! The codes that texts are written for: definitions, formulas, parts, rows.

use crate::codes;

codes! {
    /// What is defined: the id of a definition.
    Figure {
        StepConversion = "step_conversion", CumulativeConversion = "cumulative_conversion", ResolvedRate = "resolved_rate",
        StageEntered = "stage_entered", StageLost = "stage_lost", StageStill = "stage_still", StageStay = "stage_stay",
        WinRate = "win_rate", WinRateDecided = "win_rate_decided", WinRateOverdue = "win_rate_overdue", WinRateCohort = "win_rate_cohort",
        SalesCycle = "sales_cycle", WonCount = "won_count", WonAmount = "won_amount", AverageWon = "average_won",
        OpenAmount = "open_amount", WeightedForecast = "weighted_forecast", Coverage = "coverage", Velocity = "velocity",
        LostReasonShare = "lost_reason_share", TierCustomers = "tier_customers", TierRevenue = "tier_revenue",
    }
}

codes! {
    /// How a figure comes from its parts: with the version, the id of a formula.
    FormulaKind {
        /// The rows, counted.
        Count = "count",
        /// Σ of the rows.
        Sum = "sum",
        /// Σ amount × probability of the rows, rounded once.
        WeightedSum = "weighted_sum",
        /// Numerator ÷ denominator, of one unit, in basis points.
        Ratio = "ratio",
        /// Numerator ÷ a number of rows, in the unit of the numerator.
        Average = "average",
        /// The middle of the rows.
        Median = "median",
        /// Something else that the definition tells; the value is given.
        Other = "other",
    }
}

codes! {
    /// What a part of a figure is.
    Term {
        Entered = "entered", EnteredNext = "entered_next", EnteredFirst = "entered_first", Advanced = "advanced", AdvancedOrLost = "advanced_or_lost",
        Lost = "lost", Still = "still", Won = "won", WonOrLost = "won_or_lost", WonLostOrOverdue = "won_lost_or_overdue", Created = "created",
        Open = "open", Gap = "gap", Stays = "stays", Cycles = "cycles", Customers = "customers", Paid = "paid", AllOfThem = "all_of_them",
    }
}

codes! {
    /// What the rows behind a figure are.
    RowKind { Deals = "deals", Stays = "stays", Customers = "customers", Payments = "payments" }
}

use crate::spec::{Fault, KeyState, Operation};

/// What a state means for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// The state does not stand in the way.
    Takes,
    /// The operation is refused.
    Refuses(Fault),
    /// The sources do not agree whether it is refused.
    Open(Fault),
}

/// Operations, and what they meet in the states enabled, disabled, pending-deletion and pending-import.
pub type StateRow = (&'static [Operation], [Cell; 4]);

/// The key-state table: which operations a key takes in which state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateTable {
    /// Rows that stand before those of `usual`, for the days on which something was different.
    pub special: &'static [StateRow],
    /// One row for every operation.
    pub usual: &'static [StateRow],
}

impl StateTable {
    /// What `state` means for `operation`; nothing stands in the way of an operation without a row.
    #[must_use]
    pub fn cell(&self, operation: Operation, state: KeyState) -> Cell {
        let column = match state {
            KeyState::Enabled => 0,
            KeyState::Disabled => 1,
            KeyState::PendingDeletion | KeyState::PendingReplicaDeletion => 2,
            KeyState::PendingImport => 3,
        };
        let mut rows = self.special.iter().chain(self.usual);
        let row = rows.find(|(operations, _)| operations.contains(&operation));
        row.map_or(Cell::Takes, |(_, cells)| cells[column])
    }
}

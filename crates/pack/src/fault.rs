//! A mistake in a pack, in words its author can act on.

/// One mistake. `code` is stable and explained in the manual; all faults of all packs are reported at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{file}:{line}: {what} [{code}]; {hint}")]
pub struct Fault {
    /// The file, relative to the folder that was read.
    pub file: String,
    /// The line, from 1; 0 when the fault is of the whole file.
    pub line: usize,
    /// Stable code such as `P004`.
    pub code: &'static str,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

macro_rules! codes {
    ($($name:ident $code:literal $meaning:literal)*) => {
        $(#[doc = $meaning] pub(crate) const $name: &str = $code;)*

        /// Every code of a fault with its meaning in one line: the manual's list.
        pub const CODES: &[(&str, &str)] = &[$(($code, $meaning)),*];
    };
}

codes! {
    SYNTAX "P001" "The file is not TOML: a quote, bracket or equals sign is missing, or a key stands twice."
    PLACE "P002" "A file stands where no pack keeps one; a pack is a folder with `pack.toml` and the files the manual lists."
    KEY "P003" "A key that is not known here; the vocabulary is closed, so a misspelt key is never ignored."
    KIND "P004" "A field kind that does not exist."
    SHAPE "P005" "A value of the wrong shape, such as a number where text is meant."
    MISSING "P006" "A key that must be given is missing, or its text is empty."
    NAME "P007" "A name that cannot be used: not lower-case ASCII, too long, reserved, or a word of SQL."
    TWICE "P008" "The same name is declared twice, or `was` names a field that still exists."
    NO_PACK "P009" "A pack that is needed does not exist."
    CIRCLE "P010" "Packs need each other in a circle."
    NO_REGISTER "P011" "A register that does not exist is named."
    NO_FIELD "P012" "A field or path that does not exist is named."
    NO_CHOICE "P013" "A choice that the field does not have."
    UNFIT "P014" "A value that does not fit the kind of the field: too long, out of range, too many decimals, a day for a number."
    OPERATOR "P015" "An operator that the kind of the field does not allow, such as `contains` on a date."
    OPERAND "P016" "The right side of a comparison or assignment is of another kind than the left, or may not stand here."
    STEP "P017" "`times` or `plus` cannot be read or does not fit the kind of the field."
    DEEP "P018" "`has` within `has` within `has`: two deep is the most."
    BY "P019" "The field that `has` looks back along does not refer to this register."
    OWNER "P020" "The owner of a register's records cannot be found: the path must end at a unit."
    LABEL "P021" "A register has no field that could name its records."
    EXTENDS "P022" "A register extends another than `unit`, or is shared and has an owner, or repeats a field of what it extends."
    NO_STATE "P023" "A state that the flow does not have."
    NO_ROLE "P024" "A role that does not exist is named."
    NO_SETTING "P025" "A setting that does not exist is named."
    NO_MOVE "P026" "A move that the flow does not have is named."
    SERIAL "P027" "The pattern of a serial number cannot be read, or two registers would give the same numbers."
    FIGURE "P028" "An indicator uses a field whose kind does not fit: a sum needs a number, a day a date, a breakdown a choice or a reference."
    EXAMPLE "P029" "An example expects something that is no decimal number."
    LIMITS "P030" "Limits that contradict each other, such as a least above the most."
    CHECK "P031" "A check has neither a condition nor an exit, or both."
    EMPTY_LIST "P032" "A list that must name something is empty."
    WORD "P033" "A word that is not one of the few allowed here."
    CALENDAR "P034" "The calendar contradicts itself: a day twice, a stretch that ends before it begins, a day of another year."
    BY_MOVE "P035" "A field is set by a move only, but no move asks for it, or it must be given at filing already."
    ASK "P036" "A move lets a field stay empty that it does not ask for, does two of ask, set and clear with the same field, or empties one that must not be empty."
    UNREACHED "P037" "A state that no move leads to."
    NOT_NEEDED "P038" "Something of another pack is used, but the pack is not among the needs."
    PATH "P039" "A path that cannot be followed: more than three steps, or a step through a field that is no reference."
    NO_HEAD "P040" "A pack has no `pack.toml`."
    GRANT "P041" "A grant with a condition must name its registers, and a role must be declared in one place."
    UNIT_TREE "P042" "The register `unit` has no `parent` that refers to `unit`: scope follows that tree."
    OPEN "P043" "A record is opened without a field that its register must have."
    NUMBER_CIRCLE "P044" "A number of records reads itself: its condition asks for a number that asks for it."
    DUTY "P052" "A duty cannot be kept: its key is no `unique` set with the period's first day in it, or a field does not fit."
    SHARED "P060" "A field of several references leads to a shared register, whose records are seen through single references."
    PART "P061" "A register cannot be part of what `part_of` names: the field must be a reference that must be given."
    COPY "P062" "A copied value cannot be: its path leads to no field of another record, to another kind, to a copy, or something else writes the field."
    INDEX "P063" "The indicators of a register need more than four covering indexes, each of which costs every write."
    DERIVE "P064" "A derived value cannot be: its kind is none that is computed, something else would write it, or it would depend on itself."
    SEALED "P070" "A sealed field holds text and answers equality only: it names no record, sorts nothing, has no default, and is compared with a literal or another sealed field."
    MASK "P071" "A single reference cannot be masked: it shows the name of the record it leads to, which is hidden there or nowhere."
    KEEP "P072" "How long sealed values and files are kept cannot be: no such length or state, a state that does not say when it came about, or a register with neither."
    SAY "P073" "What a message tells cannot be: a name in braces that `say` lacks, one that no message uses, or paths that are no numbers of one kind, or masked."
    PLAN_FILE "L001" "A plan lacks `plan.toml` or `source.txt`."
    QUOTE "L002" "A quote or heading does not stand in the text after the one before it, character for character."
    MEASURE "L003" "A measure's id is not digits joined by hyphens, or stands twice."
    QUANTITY "L004" "A target's quantity is not an exact decimal."
    NO_INDICATOR "L005" "A target names an indicator that does not exist."
    TIME "L006" "A target's time ends before it begins, or the year cannot be."
    HEAD_DATE "L007" "A date in the head of the published text cannot be read."
    UNIT "L008" "A target and its indicator count in different units."
}

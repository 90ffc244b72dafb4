//! What can go wrong in the store, in sentences a person can act on, each with a stable code.

use crate::record::Record;

/// A refusal or a failure of the store. Nothing of the refused write is kept.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The register has never been applied to this database.
    #[error("register `{table}` is not in this database [S001]; run `luoshi apply` first")]
    Unapplied {
        /// The register's name.
        table: String,
    },
    /// A value was given for a field that the register lacks.
    #[error("register `{table}` has no field `{column}` [S002]; run `luoshi apply` if the packs have changed")]
    Column {
        /// The register's name.
        table: String,
        /// The name that was given.
        column: String,
    },
    /// The record has been changed since it was read.
    #[error("record {id} of `{table}` was changed by someone else: it is at version {} now, not {expected} [S003]; look at the new values and decide again", current.version)]
    Changed {
        /// The register's name.
        table: String,
        /// The record.
        id: i64,
        /// The version that the change was made for.
        expected: i64,
        /// The record as it stands now.
        current: Box<Record>,
    },
    /// There is no such record.
    #[error("there is no record {id} in `{table}` [S004]")]
    Absent {
        /// The register's name.
        table: String,
        /// The id that was asked for.
        id: i64,
    },
    /// Another record already has these values.
    #[error("another record of `{table}` already has the same {} [S005]", columns.join(", "))]
    Taken {
        /// The register's name.
        table: String,
        /// The fields that no two records share.
        columns: Vec<String>,
    },
    /// A reference leads nowhere.
    #[error("`{table}.{column}` refers to record {id}, which does not exist [S006]")]
    Dangling {
        /// The register's name.
        table: String,
        /// The reference.
        column: String,
        /// The id that it refers to.
        id: i64,
    },
    /// The request has been carried out before.
    #[error(
        "request `{request}` was carried out before: it wrote version {version} of record {id} of `{table}` [S007]"
    )]
    Repeated {
        /// The request's id.
        request: String,
        /// The register that it wrote first.
        table: String,
        /// The record that it wrote first.
        id: i64,
        /// The version that it wrote first.
        version: i64,
    },
    /// A unit would lie within itself.
    #[error("unit {unit} cannot stand below unit {above}, which lies within it [S008]")]
    Cycle {
        /// The unit that is moved.
        unit: i64,
        /// Its new parent or successor.
        above: i64,
    },
    /// A value does not fit its field.
    #[error("`{table}.{column}` cannot hold this value: {reason} [S010]")]
    Unfit {
        /// The register's name.
        table: String,
        /// The field.
        column: String,
        /// What is wrong with it.
        reason: String,
    },
    /// All readers, or the writer, stayed busy for too long.
    #[error("the database is busy [S011]; try again in a moment")]
    Busy,
    /// A read went on for longer than a read may.
    #[error("the read took longer than {seconds} seconds and was ended [S012]; narrow the filter or read in pages")]
    TooLong {
        /// What a read may take.
        seconds: u64,
    },
    /// The database was written by a later program.
    #[error("the database has format {found}, this program knows up to {known} [S013]; use the newer program")]
    Newer {
        /// The database's format.
        found: i64,
        /// The last one that this program knows.
        known: i64,
    },
    /// The database lies on a network share, where locks cannot be trusted.
    #[error(
        "the folder {folder} lies on a network share ({system}) [S014]; keep the database on a local disk, or use PostgreSQL"
    )]
    NetworkShare {
        /// The folder.
        folder: String,
        /// The kind of file system.
        system: String,
    },
    /// A declared change of the schema is refused.
    #[error("{reason} [S015]")]
    Schema {
        /// What stands against it and what to do, in English.
        reason: String,
        /// The same in Chinese.
        chinese: String,
    },
    /// The closure panicked; nothing of it was written.
    #[error("the write broke off inside the program: {message} [S016]; nothing of it was kept")]
    Panicked {
        /// The panic's message.
        message: String,
    },
    /// The store has been closed.
    #[error("the store has been closed [S017]")]
    Closed,
    /// The transaction was lost twice.
    #[error("the write could not be committed: {message} [S018]; nothing of it was kept")]
    Lost {
        /// What the database said.
        message: String,
    },
    /// The database refused or failed.
    #[error("the database says: {message} [S019]")]
    Database {
        /// What the database said.
        message: String,
    },
    /// A file or folder could not be reached.
    #[error("{path}: {message} [S020]")]
    File {
        /// Where.
        path: String,
        /// What the system said.
        message: String,
    },
    /// The place of files cannot be reached, refuses, or is not given.
    #[error("{reason} [S023]")]
    Files {
        /// What is wrong and what to do, in English.
        reason: String,
        /// The same in Chinese.
        chinese: String,
    },
    /// The keys that sealed fields need are absent or wrong.
    #[error("{reason} [S022]")]
    Keys {
        /// What is wrong and what to do, in English.
        reason: String,
        /// The same in Chinese.
        chinese: String,
    },
    /// A derived field names an exit that this program does not bring.
    #[error(
        "`{table}.{column}` is derived by `{exit}`, which this program does not bring [S024]; use the program that belongs to the packs"
    )]
    NoExit {
        /// The register's name.
        table: String,
        /// The derived field.
        column: String,
        /// The exit's name.
        exit: String,
    },
    /// No head can be sealed: the next would not continue the last one.
    #[error(
        "no head is sealed: what is kept of the ledger does not give the head that was made at line {size} [S025]; run `luoshi verify`"
    )]
    Unsealed {
        /// The line at which the last head was made.
        size: i64,
    },
    /// The database holds something that this program never writes.
    #[error("the database is damaged: {what} [S021]; run `luoshi verify`")]
    Damaged {
        /// What is wrong with it.
        what: String,
    },
}

impl StoreError {
    /// The stable code (`S003`).
    pub fn code(&self) -> &'static str {
        match self {
            StoreError::Unapplied { .. } => "S001",
            StoreError::Column { .. } => "S002",
            StoreError::Changed { .. } => "S003",
            StoreError::Absent { .. } => "S004",
            StoreError::Taken { .. } => "S005",
            StoreError::Dangling { .. } => "S006",
            StoreError::Repeated { .. } => "S007",
            StoreError::Cycle { .. } => "S008",
            StoreError::Unfit { .. } => "S010",
            StoreError::Busy => "S011",
            StoreError::TooLong { .. } => "S012",
            StoreError::Newer { .. } => "S013",
            StoreError::NetworkShare { .. } => "S014",
            StoreError::Schema { .. } => "S015",
            StoreError::Panicked { .. } => "S016",
            StoreError::Closed => "S017",
            StoreError::Lost { .. } => "S018",
            StoreError::Database { .. } => "S019",
            StoreError::File { .. } => "S020",
            StoreError::Damaged { .. } => "S021",
            StoreError::Keys { .. } => "S022",
            StoreError::NoExit { .. } => "S024",
            StoreError::Files { .. } => "S023",
            StoreError::Unsealed { .. } => "S025",
        }
    }

    /// The same sentence in Chinese.
    pub fn chinese(&self) -> String {
        let code = self.code();
        let sentence = match self {
            StoreError::Unapplied { table } => format!("数据库里还没有台账“{table}”，请先运行 luoshi apply"),
            StoreError::Column { table, column } => {
                format!("台账“{table}”没有字段“{column}”，业务包改过的请先运行 luoshi apply")
            }
            StoreError::Changed { current, expected, .. } => {
                format!(
                    "记录已被他人修改：现为第 {} 版，您依据的是第 {expected} 版，请看过新内容再决定",
                    current.version
                )
            }
            StoreError::Absent { table, id } => format!("台账“{table}”中没有编号为 {id} 的记录"),
            StoreError::Taken { columns, .. } => format!("已有另一条记录的“{}”与此相同", columns.join("、")),
            StoreError::Dangling { column, id, .. } => format!("“{column}”所指的记录 {id} 不存在"),
            StoreError::Repeated { table, id, version, .. } => {
                format!("此次提交先前已经办理：写入了台账“{table}”记录 {id} 的第 {version} 版")
            }
            StoreError::Cycle { unit, above } => format!("单位 {unit} 不能放在单位 {above} 之下，后者属于前者"),
            StoreError::Unfit { column, reason, .. } => format!("“{column}”不能填这个值（{reason}）"),
            StoreError::Busy => "系统繁忙，请稍后再试".into(),
            StoreError::TooLong { seconds } => format!("查询超过 {seconds} 秒已中止，请缩小范围"),
            StoreError::Newer { found, known } => {
                format!("数据库格式为 {found}，本程序只认识到 {known}，请使用新版程序")
            }
            StoreError::NetworkShare { folder, system } => {
                format!("文件夹 {folder} 在网络共享盘上（{system}），请把数据库放在本机磁盘，或改用 PostgreSQL")
            }
            StoreError::Schema { chinese, .. }
            | StoreError::Keys { chinese, .. }
            | StoreError::Files { chinese, .. } => chinese.clone(),
            StoreError::Panicked { .. } => "程序内部出错，本次办理未写入任何内容".into(),
            StoreError::Closed => "数据库已关闭".into(),
            StoreError::Lost { .. } => "写入未能提交，未保留任何内容，请重试".into(),
            StoreError::Database { message } => format!("数据库报告：{message}"),
            StoreError::File { path, message } => format!("{path}：{message}"),
            StoreError::NoExit { table, column, exit } => {
                format!("台账“{table}”的“{column}”由“{exit}”算出，本程序没有这一算法，请使用与业务包相配的程序")
            }
            StoreError::Unsealed { size } => {
                format!("没有签发链头：账本现存部分算不出在第 {size} 行签发的链头，请运行 luoshi verify")
            }
            StoreError::Damaged { what } => format!("数据库已损坏（{what}），请运行 luoshi verify"),
        };
        format!("{sentence} [{code}]")
    }
}

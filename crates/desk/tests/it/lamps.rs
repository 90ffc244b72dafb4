//! The pack that several tests of lists and numbers share.

/// A register of lamps: when each is due, whether it fits, how many pieces; a number, a view, and who sees those that are lit.
pub const PACK: [(&str, &str); 4] = [
    ("lamps/pack.toml", "title = \"灯\"\nneeds = [\"foundation\"]\n"),
    (
        "lamps/register/lamp.toml",
        r#"
title = "灯"
source = "default"
owner = "school"
label = "room"
columns = ["room", "due_on"]
[field.room]
title = "教室"
kind = "text"
[field.due_on]
title = "应完成"
kind = "date"
[field.school]
title = "学校"
kind = "ref"
to = "school"
must = true
[field.fit]
title = "达标"
kind = "yes_no"
[field.pieces]
title = "盏"
kind = "integer"
[flow.state.on]
title = "亮"
[flow.state.off]
title = "灭"
[flow.move.put_out]
title = "熄灭"
from = ["on"]
to = "off"
by = ["leader"]
[view.late]
title = "过期"
where = { due_on = { "<" = { today = true } } }
sort = ["due_on"]
"#,
    ),
    (
        "lamps/indicator.toml",
        "[lamp_count]\ntitle = \"达标灯\"\nin = \"盏\"\nof = \"lamp\"\nwhere = { fit = true }\nsum = \"pieces\"\nsource = \"default\"\nrule = \"达标的计入。\"\nrule_en = \"Those that fit count.\"\n",
    ),
    (
        "lamps/role.toml",
        r#"
[[leader.may]]
do = ["file", "see"]
on = ["lamp"]
scope = "all"
[lighter]
title = "掌灯"
[[lighter.may]]
do = ["see"]
on = ["lamp"]
scope = "subtree"
where = { state = "on" }
"#,
    ),
];

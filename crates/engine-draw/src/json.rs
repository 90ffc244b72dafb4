//! The one JSON layout of proofs and lists: what `JSON.stringify(value, null, 1)` gives, plus one LF.

/// Writes an object member by member.
pub(crate) struct Object {
    out: Vec<u8>,
    indent: usize,
    empty: bool,
}

impl Object {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { out: Vec::with_capacity(bytes), indent: 1, empty: true }.opened()
    }

    fn opened(mut self) -> Self {
        self.out.push(b'{');
        self
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        write_text(&mut self.out, value);
    }

    /// A number, `true`, `false` or `null`.
    pub(crate) fn word(&mut self, name: &str, value: impl std::fmt::Display) {
        self.name(name);
        self.out.extend_from_slice(value.to_string().as_bytes());
    }

    pub(crate) fn texts<'v>(&mut self, name: &str, values: impl IntoIterator<Item = &'v str>) {
        self.name(name);
        self.out.push(b'[');
        let mut first = true;
        for value in values {
            next_item(&mut self.out, self.indent + 1, &mut first);
            write_text(&mut self.out, value);
        }
        self.close_array(first);
    }

    pub(crate) fn objects<T>(&mut self, name: &str, values: &[T], members: impl Fn(&mut Object, &T)) {
        self.name(name);
        self.out.push(b'[');
        let mut first = true;
        for value in values {
            next_item(&mut self.out, self.indent + 1, &mut first);
            self.nest(2, |object| members(object, value));
        }
        self.close_array(first);
    }

    pub(crate) fn object(&mut self, name: &str, members: impl FnOnce(&mut Object)) {
        self.name(name);
        self.nest(1, members);
    }

    /// The whole text of the outermost object.
    pub(crate) fn end(mut self) -> Vec<u8> {
        self.out.extend_from_slice(b"\n}\n");
        self.out
    }

    fn nest(&mut self, deeper: usize, members: impl FnOnce(&mut Object)) {
        let mut inner =
            Object { out: std::mem::take(&mut self.out), indent: self.indent + deeper, empty: true }.opened();
        members(&mut inner);
        self.out = inner.out;
        break_line(&mut self.out, self.indent + deeper - 1);
        self.out.push(b'}');
    }

    fn name(&mut self, name: &str) {
        next_item(&mut self.out, self.indent, &mut self.empty);
        write_text(&mut self.out, name);
        self.out.extend_from_slice(b": ");
    }

    fn close_array(&mut self, empty: bool) {
        if !empty {
            break_line(&mut self.out, self.indent);
        }
        self.out.push(b']');
    }
}

fn next_item(out: &mut Vec<u8>, indent: usize, first: &mut bool) {
    if !std::mem::take(first) {
        out.push(b',');
    }
    break_line(out, indent);
}

fn break_line(out: &mut Vec<u8>, indent: usize) {
    out.push(b'\n');
    out.extend(std::iter::repeat_n(b' ', indent));
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    // Looks at every byte without stopping early, which the compiler does many at a time.
    let escaped = text.bytes().fold(false, |found, byte| found | (byte < b' ') | (byte == b'"') | (byte == b'\\'));
    if !escaped {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(serde_json::Value::from(text).to_string().as_bytes());
    }
}

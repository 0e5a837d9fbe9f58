//! Programs made up at random, of everything that strategies may contain.

use crate::num::rng::Rng;
use std::fmt::Write as _;

/// The names that programs read.
pub(super) const RECORDS: &[(&str, &[&str])] = &[
    ("place", &["a", "b"]),
    ("part", &["c", "d", "e"]),
    ("weight", &["c", "d"]),
    ("known", &["a", "c"]),
    ("param", &["k", "m"]),
];

const LITERALS: [&str; 14] = [
    "0", "1", "2", "3", "100", "60", "0.5", "0.1", "0.3", "1e-9", "1e300", "50", "-1", "0.25",
];

/// Makes up a program with `score` and `eligible`.
pub(super) fn program(stream: &mut Rng) -> String {
    let mut author = Author {
        stream,
        out: String::new(),
        names: 0,
        numbers: vec![],
        flags: vec![],
        fixed: vec![],
        helpers: vec![],
        records: false,
        loops: 0,
        budget: 60,
    };
    author.out.push_str(
        "fn meta() { #{ title: \"Random\", params: #{ k: #{ value: 1, min: -1, max: 1 }, m: #{ value: 1, min: 0, max: 2 } } } }\nconst LIMIT = 40;\n",
    );
    for _ in 0..author.stream.below(3) {
        author.helper();
    }
    author.records = true;
    author.function("score", "place, part, weight, known, param", false);
    author.function("eligible", "place, part, weight, known, param", true);
    author.out
}

struct Author<'a> {
    stream: &'a mut Rng,
    out: String,
    names: usize,
    /// Variables that hold numbers, flags, and those that may not be assigned.
    numbers: Vec<String>,
    flags: Vec<String>,
    fixed: Vec<String>,
    /// Helpers by name, with how many numbers they take.
    helpers: Vec<(String, usize)>,
    /// Whether records are in reach.
    records: bool,
    loops: usize,
    /// Statements left to write.
    budget: usize,
}

impl Author<'_> {
    fn below(&mut self, end: usize) -> usize {
        self.stream.below(end)
    }

    fn name(&mut self, start: &str) -> String {
        self.names += 1;
        format!("{start}{}", self.names)
    }

    fn pick(&mut self, from: &[String]) -> Option<String> {
        (!from.is_empty()).then(|| from[self.stream.below(from.len())].clone())
    }

    fn helper(&mut self) {
        let count = 1 + self.below(3);
        let name = self.name("help");
        let arguments: Vec<String> = (0..count).map(|_| self.name("p")).collect();
        let list = arguments.join(", ");
        self.numbers = arguments;
        self.function(&name, &list, false);
        self.helpers.push((name, count));
    }

    fn function(&mut self, name: &str, parameters: &str, flag: bool) {
        self.budget = 14;
        let _ = writeln!(self.out, "fn {name}({parameters}) {{");
        for _ in 0..=self.below(6) {
            self.statement(3, flag);
        }
        let last = self.result(3, flag);
        let _ = writeln!(self.out, "{last}\n}}");
        self.numbers.clear();
        self.flags.clear();
        self.fixed.clear();
    }

    fn result(&mut self, depth: usize, flag: bool) -> String {
        if flag {
            self.flag(depth)
        } else {
            self.number(depth)
        }
    }

    /// Writes statements in braces; the names they declare end with them.
    fn block(&mut self, depth: usize, flag: bool) {
        let state = (self.numbers.len(), self.flags.len(), self.fixed.len());
        self.out.push_str("{\n");
        for _ in 0..self.below(3) {
            self.statement(depth, flag);
        }
        if self.loops > 0 && self.below(4) == 0 {
            let word = if self.below(2) == 0 {
                "break"
            } else {
                "continue"
            };
            let _ = writeln!(self.out, "{word};");
        } else if self.below(6) == 0 {
            let value = self.result(2, flag);
            let _ = writeln!(self.out, "return {value};");
        }
        self.out.push_str("}\n");
        self.numbers.truncate(state.0);
        self.flags.truncate(state.1);
        self.fixed.truncate(state.2);
    }

    fn statement(&mut self, depth: usize, flag: bool) {
        if self.budget == 0 {
            return;
        }
        self.budget -= 1;
        let choice = self.below(if depth == 0 { 7 } else { 12 });
        match choice {
            0 | 1 => {
                let (name, value) = (self.name("n"), self.number(3));
                let _ = writeln!(self.out, "let {name} = {value};");
                self.numbers.push(name);
            }
            2 => {
                let (name, value) = (self.name("f"), self.flag(2));
                let _ = writeln!(self.out, "let {name} = {value};");
                self.flags.push(name);
            }
            3 => {
                let (name, value) = (self.name("c"), self.number(2));
                let _ = writeln!(self.out, "const {name} = {value};");
                self.fixed.push(name);
            }
            4..=6 => {
                let numbers = self.numbers.clone();
                let Some(name) = self.pick(&numbers) else {
                    return;
                };
                let sign = ["=", "+=", "-=", "*=", "/="][self.below(5)];
                let value = self.number(2);
                let _ = writeln!(self.out, "{name} {sign} {value};");
            }
            7..=9 => {
                let condition = self.flag(2);
                let _ = write!(self.out, "if {condition} ");
                self.block(depth - 1, flag);
                if self.below(2) == 0 {
                    self.out.push_str("else ");
                    self.block(depth - 1, flag);
                }
            }
            10 => {
                let flags = self.flags.clone();
                let Some(name) = self.pick(&flags) else {
                    return;
                };
                let value = self.flag(2);
                let _ = writeln!(self.out, "{name} = {value};");
            }
            _ => self.for_loop(depth, flag),
        }
    }

    fn for_loop(&mut self, depth: usize, flag: bool) {
        let count = 1 + self.below(4);
        let name = self.name("x");
        let (members, read): (Vec<String>, String) = if self.below(3) == 0 {
            let map = |author: &mut Self| {
                format!("#{{ w: {}, s: {} }}", author.number(1), author.number(1))
            };
            let members = (0..count).map(|_| map(self)).collect();
            (members, format!("{name}.w * {name}.s"))
        } else {
            ((0..count).map(|_| self.number(1)).collect(), name.clone())
        };
        let _ = writeln!(self.out, "for {name} in [{}] {{", members.join(", "));
        let state = (self.numbers.len(), self.flags.len(), self.fixed.len());
        let member = self.name("n");
        let _ = writeln!(self.out, "let {member} = {read};");
        self.numbers.push(member);
        self.loops += 1;
        for _ in 0..=self.below(3) {
            self.statement(depth - 1, flag);
        }
        self.loops -= 1;
        self.out.push_str("}\n");
        self.numbers.truncate(state.0);
        self.flags.truncate(state.1);
        self.fixed.truncate(state.2);
    }

    fn read(&mut self, records: &[&str]) -> String {
        let known: Vec<_> = RECORDS
            .iter()
            .filter(|(r, _)| records.contains(r))
            .collect();
        let (record, fields) = known[self.below(known.len())];
        format!("{record}.{}", fields[self.below(fields.len())])
    }

    fn leaf(&mut self) -> String {
        let choice = self.below(8);
        let names: Vec<String> = self.numbers.iter().chain(&self.fixed).cloned().collect();
        match choice {
            0 => LITERALS[self.below(LITERALS.len())].to_owned(),
            1 if self.below(3) == 0 => "global::LIMIT".to_owned(),
            2..=4 if self.records => self.read(&["place", "part", "weight", "param"]),
            _ => self
                .pick(&names)
                .unwrap_or_else(|| LITERALS[self.below(LITERALS.len())].to_owned()),
        }
    }

    fn number(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.leaf();
        }
        let less = depth - 1;
        match self.below(16) {
            0..=2 => self.leaf(),
            3..=7 => {
                let sign = ["+", "-", "*", "/", "%", "+", "-", "*", "/", "**"][self.below(10)];
                format!("({} {sign} {})", self.number(less), self.number(less))
            }
            8 => format!("-({})", self.number(less)),
            9 => {
                let name = [
                    "abs", "sqrt", "floor", "ceiling", "round", "exp", "ln", "log", "sin", "cos",
                    "to_float",
                ][self.below(11)];
                format!("{name}({})", self.number(less))
            }
            10 | 11 => {
                let name = ["min", "max", "pow", "step", "saturate"][self.below(5)];
                format!("{name}({}, {})", self.number(less), self.number(less))
            }
            12 => {
                let name = ["clamp", "lerp", "rescale", "rescale_inv", "smoothstep"][self.below(5)];
                format!(
                    "{name}({}, {}, {})",
                    self.number(less),
                    self.number(less),
                    self.number(less)
                )
            }
            13 | 14 => {
                let condition = self.flag(less);
                format!(
                    "if {condition} {{ {} }} else {{ {} }}",
                    self.number(less),
                    self.number(less)
                )
            }
            _ if self.helpers.is_empty() => self.leaf(),
            _ => {
                let (name, count) = self.helpers[self.stream.below(self.helpers.len())].clone();
                let arguments: Vec<_> = (0..count).map(|_| self.number(less)).collect();
                format!("{name}({})", arguments.join(", "))
            }
        }
    }

    fn flag(&mut self, depth: usize) -> String {
        let less = depth.saturating_sub(1);
        let flags = self.flags.clone();
        match self.below(if depth == 0 { 6 } else { 11 }) {
            0 => self.pick(&flags).unwrap_or_else(|| "true".to_owned()),
            1 if self.records => self.read(&["known"]),
            1..=5 => {
                let sign = ["<", "<=", ">", ">=", "==", "!="][self.below(6)];
                format!("({} {sign} {})", self.number(less), self.number(less))
            }
            6 => format!("({} && {})", self.flag(less), self.flag(less)),
            7 => format!("({} || {})", self.flag(less), self.flag(less)),
            8 => format!("!({})", self.flag(less)),
            9 => format!(
                "is_close({}, {}, {})",
                self.number(less),
                self.number(less),
                self.number(less)
            ),
            _ => format!("exactly({}, {})", self.number(less), self.number(less)),
        }
    }
}

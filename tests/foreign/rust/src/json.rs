//! As much JSON as messages of the interface need; numbers stay as they are written.

use std::collections::BTreeMap;
use std::fmt;

#[derive(Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Value>),
    Object(BTreeMap<String, Value>),
}

pub fn parse(text: &str) -> Option<Value> {
    let mut rest = text;
    let value = value(&mut rest)?;
    rest.trim_start().is_empty().then_some(value)
}

/// Takes the word off, with what is blank before it.
fn take(rest: &mut &str, word: &str) -> Option<()> {
    *rest = rest.trim_start().strip_prefix(word)?;
    Some(())
}

fn value(rest: &mut &str) -> Option<Value> {
    *rest = rest.trim_start();
    match rest.chars().next()? {
        '{' => object(rest),
        '[' => list(rest),
        '"' => text(rest).map(Value::Text),
        't' => take(rest, "true").map(|_| Value::Bool(true)),
        'f' => take(rest, "false").map(|_| Value::Bool(false)),
        'n' => take(rest, "null").map(|_| Value::Null),
        _ => number(rest),
    }
}

fn object(rest: &mut &str) -> Option<Value> {
    take(rest, "{")?;
    let mut members = BTreeMap::new();
    if take(rest, "}").is_some() {
        return Some(Value::Object(members));
    }
    loop {
        let name = text(rest)?;
        take(rest, ":")?;
        members.insert(name, value(rest)?);
        if take(rest, ",").is_none() {
            return take(rest, "}").map(|_| Value::Object(members));
        }
    }
}

fn list(rest: &mut &str) -> Option<Value> {
    take(rest, "[")?;
    let mut values = Vec::new();
    if take(rest, "]").is_some() {
        return Some(Value::List(values));
    }
    loop {
        values.push(value(rest)?);
        if take(rest, ",").is_none() {
            return take(rest, "]").map(|_| Value::List(values));
        }
    }
}

fn number(rest: &mut &str) -> Option<Value> {
    let end = rest.find(|c: char| !"+-.eE0123456789".contains(c)).unwrap_or(rest.len());
    let (digits, behind) = rest.split_at(end);
    digits.parse::<f64>().ok()?;
    *rest = behind;
    Some(Value::Number(digits.to_string()))
}

fn text(rest: &mut &str) -> Option<String> {
    take(rest, "\"")?;
    let mut text = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next()? {
            '"' => break,
            '\\' => text.push(escaped(&mut chars)?),
            c => text.push(c),
        }
    }
    *rest = chars.as_str();
    Some(text)
}

fn escaped(chars: &mut std::str::Chars) -> Option<char> {
    Some(match chars.next()? {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => {
            let first = unit(chars)?;
            if !(0xD800..0xDC00).contains(&first) {
                return char::from_u32(first);
            }
            if chars.next()? != '\\' || chars.next()? != 'u' {
                return None;
            }
            let second = unit(chars)?.checked_sub(0xDC00)?;
            return char::from_u32(0x10000 + ((first - 0xD800) << 10) + second);
        }
        c @ ('"' | '\\' | '/') => c,
        _ => return None,
    })
}

fn unit(chars: &mut std::str::Chars) -> Option<u32> {
    let digits: String = chars.take(4).collect();
    (digits.len() == 4).then(|| u32::from_str_radix(&digits, 16).ok())?
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Value::Null => out.write_str("null"),
            Value::Bool(value) => write!(out, "{value}"),
            Value::Number(digits) => out.write_str(digits),
            Value::Text(text) => write_text(out, text),
            Value::List(values) => {
                out.write_str("[")?;
                for (index, value) in values.iter().enumerate() {
                    write!(out, "{}{value}", if index > 0 { "," } else { "" })?;
                }
                out.write_str("]")
            }
            Value::Object(members) => {
                out.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    out.write_str(if index > 0 { "," } else { "" })?;
                    write_text(out, name)?;
                    write!(out, ":{value}")?;
                }
                out.write_str("}")
            }
        }
    }
}

fn write_text(out: &mut fmt::Formatter, text: &str) -> fmt::Result {
    out.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(out, "\\{c}")?,
            c if c < ' ' => write!(out, "\\u{:04x}", c as u32)?,
            c => write!(out, "{c}")?,
        }
    }
    out.write_str("\"")
}

//! Stamps requests and responses: a middleware for the JSON interface (plugin ABI, sections 2 to 5)
//! without any SDK, so that the gateway meets what another toolchain makes of the contract.
//!
//! Config `{"stamp": TEXT, "refuse": PATH}`. A request gets the header `x-stamp: TEXT`, and
//! `x-stamped-body` with the length of its body; a request for PATH is answered with 418; a response
//! gets `x-stamp` too. Each handler does what glue of SDKs does, in that order: parse, free the
//! input, take the body, decide, give the body back, set the output.

mod json;

use json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;

#[link(wasm_import_module = "barbacane")]
extern "C" {
    fn host_set_output(text: *const u8, length: i32);
    fn host_body_len() -> i64;
    fn host_body_read(buffer: *mut u8, length: i32) -> i32;
    fn host_body_set(bytes: *const u8, length: i32);
    fn host_body_clear();
    fn host_log(level: i32, text: *const u8, length: i32);
}

struct Config {
    stamp: String,
    refuse: String,
}

thread_local! {
    static CONFIG: RefCell<Option<Config>> = const { RefCell::new(None) };
}

#[no_mangle]
pub extern "C" fn alloc(size: i32) -> *mut u8 {
    Box::into_raw(vec![0u8; size as usize].into_boxed_slice()) as *mut u8
}

/// The text that the host put where `alloc` said; it is freed with what is returned.
fn input(text: *mut u8, length: i32) -> String {
    if length == 0 {
        return String::new();
    }
    let bytes = unsafe { Vec::from_raw_parts(text, length as usize, length as usize) };
    String::from_utf8(bytes).unwrap_or_default()
}

fn take_body() -> Option<Vec<u8>> {
    let length = unsafe { host_body_len() };
    if length < 0 {
        return None;
    }
    let mut body = vec![0; length as usize];
    if length > 0 {
        let taken = unsafe { host_body_read(body.as_mut_ptr(), length as i32) };
        body.truncate(taken as usize);
    }
    Some(body)
}

fn give_back(body: Option<&[u8]>) {
    match body {
        Some(bytes) => unsafe { host_body_set(bytes.as_ptr(), bytes.len() as i32) },
        None => unsafe { host_body_clear() },
    }
}

fn set_output(value: &Value) {
    let text = value.to_string();
    unsafe { host_set_output(text.as_ptr(), text.len() as i32) }
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.map(|(name, value)| (name.to_string(), value)).into())
}

fn set_header(message: &mut BTreeMap<String, Value>, name: &str, value: &str) {
    if let Some(Value::Object(headers)) = message.get_mut("headers") {
        headers.insert(name.to_string(), Value::Text(value.to_string()));
    }
}

#[no_mangle]
pub extern "C" fn init(text: *mut u8, length: i32) -> i32 {
    let Some(Value::Object(config)) = json::parse(&input(text, length)) else {
        return 1;
    };
    let member = |name: &str| match config.get(name) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let config = Config { stamp: member("stamp"), refuse: member("refuse") };
    if config.stamp.is_empty() {
        return 1;
    }
    CONFIG.with(|kept| kept.replace(Some(config)));
    0
}

#[no_mangle]
pub extern "C" fn on_request(text: *mut u8, length: i32) -> i32 {
    let Some(Value::Object(mut request)) = json::parse(&input(text, length)) else {
        return 1;
    };
    let body = take_body();
    CONFIG.with(|config| {
        let config = config.borrow();
        let Some(config) = config.as_ref() else { return 1 };
        if request.get("path") == Some(&Value::Text(config.refuse.clone())) {
            let note = format!("refused {}", config.refuse);
            unsafe { host_log(2, note.as_ptr(), note.len() as i32) }
            give_back(Some(note.as_bytes()));
            let headers = object([("content-type", Value::Text("text/plain".into()))]);
            let data = object([("status", Value::Number("418".into())), ("headers", headers)]);
            set_output(&object([("action", Value::Number("1".into())), ("data", data)]));
            return 1;
        }
        set_header(&mut request, "x-stamp", &config.stamp);
        if let Some(body) = &body {
            set_header(&mut request, "x-stamped-body", &body.len().to_string());
        }
        give_back(body.as_deref());
        let data = Value::Object(request.clone());
        set_output(&object([("action", Value::Number("0".into())), ("data", data)]));
        0
    })
}

#[no_mangle]
pub extern "C" fn on_response(text: *mut u8, length: i32) -> i32 {
    let Some(Value::Object(mut response)) = json::parse(&input(text, length)) else {
        return 1;
    };
    let body = take_body();
    CONFIG.with(|config| {
        if let Some(config) = config.borrow().as_ref() {
            set_header(&mut response, "x-stamp", &config.stamp);
        }
    });
    give_back(body.as_deref());
    set_output(&Value::Object(response));
    0
}

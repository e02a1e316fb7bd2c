//! XML parts of office files, one event at a time.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// What is met in a part.
pub(crate) enum Node<'a> {
    /// An element begins; one without content ends at once.
    Open(&'a str, &'a BytesStart<'a>),
    /// An element ends.
    Close(&'a str),
    /// Text between.
    Text(&'a str),
}

/// Walks through a part. Names come without their prefix.
///
/// # Errors
/// In words, where the part is not well-formed; what came before has been walked through.
pub(crate) fn walk(xml: &str, mut on: impl FnMut(Node<'_>)) -> Result<(), &'static str> {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    // Programs that write these files are laxer than the standard, and a stray mark is no reason to lose the rest.
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    let mut open = 0_u64;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                open += 1;
                on(Node::Open(element.local_name().into_inner(), &element));
            }
            Ok(Event::Empty(element)) => {
                on(Node::Open(element.local_name().into_inner(), &element));
                on(Node::Close(element.local_name().into_inner()));
            }
            Ok(Event::End(element)) => {
                open = open.saturating_sub(1);
                on(Node::Close(element.local_name().into_inner()));
            }
            Ok(Event::Text(text)) => on(Node::Text(&text.xml10_content())),
            Ok(Event::CData(text)) => on(Node::Text(&text.xml10_content())),
            Ok(Event::GeneralRef(entity)) => {
                let character = entity.resolve_char_ref().ok().flatten().map(String::from);
                let text = character.or_else(|| quick_xml::escape::resolve_predefined_entity(&entity).map(str::to_owned));
                on(Node::Text(text.as_deref().unwrap_or(" ")));
            }
            Ok(Event::Eof) if open == 0 => return Ok(()),
            Ok(Event::Eof) => return Err("its XML ends before its elements do"),
            Ok(_) => {}
            Err(_) => return Err("its XML is not well-formed"),
        }
    }
}

/// The value of an attribute, by its name without prefix.
pub(crate) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().with_checks(false).flatten().find(|attribute| attribute.key.local_name().into_inner() == name)?;
    Some(found.normalized_value(XmlVersion::Implicit1_0).map_or_else(|_| found.value.to_string(), |value| value.into_owned()))
}

//! Mail made anew: the headers that say who wrote what to whom and when, the bodies and the files, each as it may go. All other
//! headers go, and with them the signatures, which no longer hold.

use super::{Clean, FILES_BYTES_MAX, Remade, Text};
use crate::mail::is_signature;
use mail_builder::headers::HeaderType;
use mail_builder::headers::address::Address as NewAddress;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text as NewText;
use mail_builder::mime::{BodyPart, MimePart};
use mail_parser::{Addr, Address, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Parts inside parts.
const DEPTH_MAX: usize = 20;
/// What stands in place of an address that must not go: it is nobody's.
const NOBODY: &str = "withheld@invalid";
/// Headers that sign, or say that somebody looked at a signature.
const SIGNATURES: [&str; 7] = [
    "dkim-signature",
    "domainkey-signature",
    "x-google-dkim-signature",
    "arc-seal",
    "arc-message-signature",
    "arc-authentication-results",
    "authentication-results",
];

/// Makes a message anew.
///
/// # Errors
/// Why it cannot be made, in words.
pub fn mail(bytes: &[u8], clean: &mut dyn Clean) -> Result<Remade, String> {
    // The parser is careful, but other people's.
    let parsed = catch_unwind(AssertUnwindSafe(|| MessageParser::default().parse(bytes)));
    let Some(message) = parsed.ok().flatten().filter(|message| !message.headers().is_empty()) else {
        return Err("expected a mail message, found other bytes".to_owned());
    };
    let mut maker = Maker { message: &message, clean, remade: Remade::default(), left: FILES_BYTES_MAX, parts: 0 };
    let mut headers = maker.headers()?;
    let mut root = maker.part(0, 0)?.unwrap_or_else(|| MimePart::new("text/plain", BodyPart::Text("".into())));
    headers.push(("MIME-Version".into(), Raw::new("1.0").into()));
    headers.append(&mut root.headers);
    root.headers = headers;
    let Maker { mut remade, parts, .. } = maker;
    // What hangs together by no list of parts would be lost.
    if parts != message.parts.len() {
        return Err("parts of the message do not hang together".to_owned());
    }
    root.write_part(&mut remade.bytes).map_err(|_| "the message could not be written".to_owned())?;
    Ok(remade)
}

type Headers = Vec<(std::borrow::Cow<'static, str>, HeaderType<'static>)>;

struct Maker<'a> {
    message: &'a Message<'a>,
    clean: &'a mut dyn Clean,
    remade: Remade,
    left: u64,
    /// Parts seen so far.
    parts: usize,
}

impl Maker<'_> {
    /// The headers that stay.
    fn headers(&mut self) -> Result<Headers, String> {
        let mut headers = Headers::new();
        for header in self.message.headers() {
            let name = header.name.as_str();
            let made: Option<HeaderType<'static>> = match (&header.name, &header.value) {
                (HeaderName::Subject, HeaderValue::Text(text)) => Some(NewText::new(self.clean.text(text, Text::Plain)?).into()),
                (
                    HeaderName::From | HeaderName::Sender | HeaderName::To | HeaderName::Cc | HeaderName::ReplyTo,
                    HeaderValue::Address(who),
                ) => Some(self.addresses(who)?.into()),
                (HeaderName::Date, HeaderValue::DateTime(date)) => Some(Raw::new(date.to_rfc822()).into()),
                (HeaderName::MessageId | HeaderName::InReplyTo | HeaderName::References, value) => {
                    let mut ids = Vec::new();
                    for id in value.as_text_list().unwrap_or_default() {
                        // What is no plain number of a message may be a sentence.
                        if id.contains('@') && self.clean.text(id, Text::Plain)? == **id {
                            ids.push(id.to_string());
                        }
                    }
                    (!ids.is_empty()).then(|| MessageId::new_list(ids.into_iter()).into())
                }
                // Written anew with what they speak of.
                (
                    HeaderName::ContentType
                    | HeaderName::ContentTransferEncoding
                    | HeaderName::ContentDisposition
                    | HeaderName::MimeVersion,
                    _,
                ) => continue,
                _ => None,
            };
            match made {
                Some(made) => headers.push((name.to_owned().into(), made)),
                None if SIGNATURES.iter().any(|known| name.eq_ignore_ascii_case(known)) => self.remade.goes(SIGNATURE, 1),
                None => self.remade.goes("headers of other kinds", 1),
            }
        }
        Ok(headers)
    }

    /// Who is named in a header. Groups are written out.
    fn addresses(&mut self, who: &Address<'_>) -> Result<NewAddress<'static>, String> {
        let all: Vec<&Addr<'_>> = match who {
            Address::List(list) => list.iter().collect(),
            Address::Group(groups) => groups.iter().flat_map(|group| &group.addresses).collect(),
        };
        let mut made = Vec::new();
        for one in all {
            let name = one.name.as_deref().map(|name| self.clean.text(name, Text::Plain)).transpose()?;
            let address = match one.address.as_deref() {
                Some(address) if self.clean.text(address, Text::Plain)? == address => address.to_owned(),
                _ => NOBODY.to_owned(),
            };
            made.push(NewAddress::new_address(name, address));
        }
        Ok(NewAddress::new_list(made))
    }

    /// A part as it may go; none where it does not.
    fn part(&mut self, index: usize, depth: usize) -> Result<Option<MimePart<'static>>, String> {
        if depth > DEPTH_MAX {
            return Err("the message has parts in parts without end".to_owned());
        }
        let message = self.message;
        let part = message.parts.get(index).ok_or("the message has a part that is not there")?;
        self.parts += 1;
        if part.is_encoding_problem {
            return Err("the transfer encoding of a part is damaged".to_owned());
        }
        if is_signature(part) {
            self.remade.goes(SIGNATURE, 1);
            return Ok(None);
        }
        let kind = essence(part);
        Ok(Some(match &part.body {
            PartType::Multipart(parts) => {
                let mut made = Vec::new();
                for inner in parts {
                    made.extend(self.part(*inner as usize, depth + 1)?);
                }
                let kind = match kind.as_deref() {
                    Some(kind @ ("multipart/alternative" | "multipart/related")) => kind.to_owned(),
                    _ => "multipart/mixed".to_owned(),
                };
                MimePart::new(kind, BodyPart::Multipart(made))
            }
            PartType::Text(text) if part.attachment_name().is_none() => self.text("text/plain", text, Text::Plain)?,
            PartType::Html(text) if part.attachment_name().is_none() => self.text("text/html", text, Text::Html)?,
            PartType::Text(text) | PartType::Html(text) => {
                let essence = kind.unwrap_or_else(|| "text/plain".to_owned());
                let kind = ContentType::new(essence).attribute("charset", "utf-8");
                self.file(part, index, kind, text.as_bytes().to_vec())?
            }
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                let kind = kind.unwrap_or_else(|| "application/octet-stream".to_owned());
                if kind.contains("pkcs7-mime") || kind.contains("pgp-encrypted") {
                    return Err("the message is encrypted, or signed as a whole".to_owned());
                }
                self.file(part, index, ContentType::new(kind), bytes.to_vec())?
            }
            PartType::Message(inner) => {
                let name = part.attachment_name().map_or_else(|| format!("part {index}.eml"), str::to_owned);
                let name = if name.to_ascii_lowercase().ends_with(".eml") { name } else { format!("{name}.eml") };
                let (name, bytes) = self.cleaned(&name, inner.raw_message().to_vec())?;
                // It may be packed by no encoding, so it must be made of plain letters, as what is made here is.
                let bytes = if bytes.is_ascii() { bytes } else { mail(&bytes, self.clean)?.bytes };
                let text = String::from_utf8(bytes).map_err(|_| "a message in the message cannot be written".to_owned())?;
                MimePart::new("message/rfc822", BodyPart::Text(text.into()))
                    .header("Content-Disposition", ContentType::new("inline").attribute("filename", name))
            }
        }))
    }

    fn text(&mut self, kind: &'static str, text: &str, of: Text) -> Result<MimePart<'static>, String> {
        let text = self.clean.text(text, of)?;
        Ok(MimePart::new(ContentType::new(kind).attribute("charset", "utf-8"), BodyPart::Text(text.into())))
    }

    fn cleaned(&mut self, name: &str, bytes: Vec<u8>) -> Result<(String, Vec<u8>), String> {
        let too_large = || format!("the files of the message come to more than {FILES_BYTES_MAX} bytes");
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(too_large)?;
        self.clean.file(name, bytes)
    }

    fn file(
        &mut self,
        part: &MessagePart<'_>,
        index: usize,
        kind: ContentType<'static>,
        bytes: Vec<u8>,
    ) -> Result<MimePart<'static>, String> {
        let named = part.attachment_name().map_or_else(|| format!("part {index}{}", crate::mail::ending(part)), str::to_owned);
        let (name, bytes) = self.cleaned(&named, bytes)?;
        let made = MimePart::new(kind, BodyPart::Binary(bytes.into())).attachment(name);
        // A page shows a picture by this.
        Ok(match part.content_id() {
            Some(id) if self.clean.text(id, Text::Plain)? == id => made.cid(id.to_owned()),
            _ => made,
        })
    }
}

/// What goes with every signature.
const SIGNATURE: &str = "signatures, which would no longer hold";

/// The type of a part without what it says beside it.
fn essence(part: &MessagePart<'_>) -> Option<String> {
    let kind = part.content_type()?;
    let (kind, subtype) = (kind.ctype(), kind.subtype()?);
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || ".+-_".contains(c));
    (plain(kind) && plain(subtype)).then(|| format!("{kind}/{subtype}").to_ascii_lowercase())
}

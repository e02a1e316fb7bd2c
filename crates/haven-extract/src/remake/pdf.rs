//! A PDF made anew of pictures of its pages: what is not seen on them (text under boxes, layers, attachments, fields, scripts,
//! earlier revisions, properties) is not in it, whatever it was and wherever it lay. That is why no text is cut out of the old
//! file: nobody can show that a file has no other place for it.

use super::{Cover, cover, picture};
use crate::Area;
use crate::ocr::{draws, run};
use crate::pdf::{View, shown_fields};
use image::RgbImage;
use image::imageops::crop_imm;
use lopdf::{Document, Object, ObjectId, Stream, dictionary};
use std::collections::{BTreeMap, BTreeSet};

/// Pages of one file.
pub(super) const PAGES_MAX: usize = 200;
/// Pixels of the longer side of a page: 220 to an inch on a letter.
const PAGE_PIXELS: &str = "2400";
const DAMAGED: &str = "expected a PDF, found one that is damaged or encrypted with a password";
const HINT: &str = "with Poppler and Tesseract installed (`apt-get install poppler-utils tesseract-ocr`) a clean copy of a PDF is made";

/// Draws a PDF anew, with these parts of its pages black.
pub(super) fn pdf(bytes: &[u8], covers: &BTreeMap<u64, Cover>) -> Result<Vec<u8>, String> {
    if !draws() {
        return Err(HINT.to_owned());
    }
    let mut old = Document::load_mem(bytes).map_err(|_| DAMAGED.to_owned())?;
    if old.is_encrypted() && old.decrypt("").is_err() {
        return Err(DAMAGED.to_owned());
    }
    let pages = old.get_pages();
    if pages.is_empty() || pages.len() > PAGES_MAX {
        return Err(format!("expected a PDF of 1 to {PAGES_MAX} pages: a longer one is to be split"));
    }
    let named: BTreeSet<String> = covers.values().flat_map(|cover| cover.fields.iter().cloned()).collect();
    let fields: Vec<(u64, String, Option<Area>)> = pages
        .iter()
        .flat_map(|(number, id)| shown_fields(&old, *id, &named).into_iter().map(|(name, area)| (u64::from(*number), name, area)))
        .collect();
    let mut new = Document::with_version("1.7");
    let tree = new.new_object_id();
    let (mut kids, mut any) = (Vec::new(), false);
    for (number, id) in &pages {
        let view = View::of(&old, *id).ok_or_else(|| DAMAGED.to_owned())?;
        let number = u64::from(*number);
        let cover = covers.get(&number);
        let own = || fields.iter().filter(|(page, ..)| *page == number);
        // What has no place may stand anywhere.
        let lost = |name: &String| !fields.iter().any(|(_, field, _)| field == name);
        let is_black = cover.is_some_and(|cover| cover.whole || cover.fields.iter().any(lost)) || own().any(|(.., area)| area.is_none());
        let areas: Vec<Area> =
            cover.iter().flat_map(|cover| cover.areas.iter().copied()).chain(own().filter_map(|(.., area)| *area)).collect();
        let shown = if is_black { Shown::Black } else { drawn(bytes, number, &view, &areas)? };
        any |= !matches!(shown, Shown::Black);
        kids.push(Object::Reference(page(&mut new, tree, &view, shown)?));
    }
    if !any {
        return Err("nothing of it would be left: each page holds what is withheld, or cannot be read once it is drawn".to_owned());
    }
    let count = i64::try_from(kids.len()).unwrap_or(i64::MAX);
    new.objects.insert(tree, Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }));
    let catalog = new.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    new.trailer.set("Root", catalog);
    let mut file = Vec::new();
    new.save_to(&mut file).map_err(|_| "the copy could not be written".to_owned())?;
    Ok(file)
}

/// What a page of the copy shows.
enum Shown {
    Picture(RgbImage),
    Blank,
    Black,
}

/// A page as a picture of what is seen of it.
fn drawn(bytes: &[u8], number: u64, view: &View, areas: &[Area]) -> Result<Shown, String> {
    let page = number.to_string();
    let drawn = run("pdftoppm", &["-f", &page, "-l", &page, "-scale-to", PAGE_PIXELS], bytes)
        .map_err(|reason| format!("page {number} could not be drawn: {reason}"))?;
    let mut whole = picture::decoded(&drawn).map_err(|_| format!("page {number} could not be drawn"))?;
    cover::black(&mut whole, areas);
    let [left, top, right, bottom] = view.seen();
    // Within the picture, by the view.
    let at = |side: f64, of: u32| (side.clamp(0.0, 1.0) * f64::from(of)).round() as u32;
    let (left, right) = (at(left, whole.width()), at(right, whole.width()));
    let (top, bottom) = (at(top, whole.height()), at(bottom, whole.height()));
    let seen = crop_imm(&whole, left, top, right.saturating_sub(left).max(1), bottom.saturating_sub(top).max(1)).to_image();
    Ok(if cover::is_blank(&seen) { Shown::Blank } else { Shown::Picture(seen) })
}

/// A page of the copy.
fn page(new: &mut Document, tree: ObjectId, view: &View, shown: Shown) -> Result<ObjectId, String> {
    let (width, height) = view.size();
    // No page is larger, whatever it says.
    let (width, height) = (width.min(14_400.0) as f32, height.min(14_400.0) as f32);
    let (content, resources) = match shown {
        Shown::Picture(picture) => {
            let (across, down) = (picture.width(), picture.height());
            let (jpeg, is_grey) = picture::jpeg(picture)?;
            let space = if is_grey { "DeviceGray" } else { "DeviceRGB" };
            let image = dictionary! {
                "Type" => "XObject", "Subtype" => "Image", "Width" => i64::from(across), "Height" => i64::from(down),
                "ColorSpace" => space, "BitsPerComponent" => 8, "Filter" => "DCTDecode",
            };
            let image = new.add_object(Stream::new(image, jpeg).with_compression(false));
            (format!("q {width} 0 0 {height} 0 0 cm /P Do Q"), dictionary! { "XObject" => dictionary! { "P" => image } })
        }
        Shown::Blank => (String::new(), dictionary! {}),
        Shown::Black => (format!("0 g 0 0 {width} {height} re f"), dictionary! {}),
    };
    let content = new.add_object(Stream::new(dictionary! {}, content.into_bytes()));
    let size: Vec<Object> = vec![0.into(), 0.into(), width.into(), height.into()];
    Ok(new.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "MediaBox" => size, "Resources" => resources, "Contents" => content,
    }))
}

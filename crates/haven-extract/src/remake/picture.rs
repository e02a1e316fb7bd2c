//! Pictures drawn anew: the pixels as they are seen, black where something must go, and nothing beside them. What lay under the
//! black is not in the file any more.

use super::cover;
use crate::Area;
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayAlphaImage, ImageDecoder, ImageReader, Limits, Rgb, RgbImage, RgbaImage};
use std::io::{Cursor, Write};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_png::PngDecoder;

/// Memory that the pixels of one picture may take.
const MEMORY_BYTES_MAX: u64 = 512 << 20;
/// Pixels of a side, and of all of a PNG, which take four bytes each.
const SIDE_MAX: usize = 30_000;
const PIXELS_MAX: usize = 100_000_000;
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Of a hundred.
const QUALITY: u8 = 90;
const UNKNOWN: &str = "expected a PNG or a JPEG, found a picture that is damaged, too large or of another kind";

/// Draws a picture anew, upright, with these areas of it black.
pub(super) fn picture(bytes: &[u8], areas: &[Area], is_jpeg: bool) -> Result<Vec<u8>, String> {
    let mut picture = decoded(bytes)?;
    cover::black(&mut picture, areas);
    if is_jpeg { jpeg(picture).map(|(file, _)| file) } else { png(picture) }
}

/// The pixels of a picture as they are seen: upright, on white, without what a transparent one hides.
pub(super) fn decoded(bytes: &[u8]) -> Result<RgbImage, String> {
    let unknown = || UNKNOWN.to_owned();
    if bytes.starts_with(SIGNATURE) {
        return from_png(bytes).map(on_white).ok_or_else(unknown);
    }
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| unknown())?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| unknown())?;
    let orientation = decoder.orientation().map_err(|_| unknown())?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| unknown())?;
    picture.apply_orientation(orientation);
    Ok(on_white(picture))
}

/// The pixels of a PNG.
fn from_png(bytes: &[u8]) -> Option<DynamicImage> {
    let options = DecoderOptions::default()
        .png_set_strip_to_8bit(true)
        .png_set_add_alpha_channel(true)
        .png_set_confirm_crc(true)
        .set_max_width(SIDE_MAX)
        .set_max_height(SIDE_MAX);
    let mut decoder = PngDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().ok()?;
    let (width, height) = decoder.dimensions().filter(|(width, height)| width.saturating_mul(*height) <= PIXELS_MAX)?;
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    let pixels = decoder.decode_raw().ok()?;
    match decoder.colorspace()? {
        ColorSpace::LumaA => GrayAlphaImage::from_raw(width, height, pixels).map(DynamicImage::ImageLumaA8),
        ColorSpace::RGBA => RgbaImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8),
        _ => None,
    }
}

/// A picture as it is seen on white paper.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let seen = picture.into_rgba8();
    let mut flat = RgbImage::new(seen.width(), seen.height());
    for (new, old) in flat.pixels_mut().zip(seen.pixels()) {
        let [red, green, blue, alpha] = old.0.map(u32::from);
        // At most 255, as what it is made of.
        let mixed = |side: u32| ((side * alpha + 255 * (255 - alpha)) / 255) as u8;
        *new = Rgb([mixed(red), mixed(green), mixed(blue)]);
    }
    flat
}

/// Grey where it is grey.
fn smallest(picture: RgbImage) -> DynamicImage {
    let is_grey = picture.pixels().all(|pixel| {
        let [red, green, blue] = pixel.0;
        red == green && green == blue
    });
    let picture = DynamicImage::ImageRgb8(picture);
    if is_grey { DynamicImage::ImageLuma8(picture.into_luma8()) } else { picture }
}

/// A picture as PNG: its pixels, row by row, and nothing else.
fn png(picture: RgbImage) -> Result<Vec<u8>, String> {
    let (width, height) = (picture.width(), picture.height());
    let picture = smallest(picture);
    // Grey, or of three colours, of which each has eight bits.
    let (kind, samples) = if matches!(picture, DynamicImage::ImageLuma8(_)) { (0, 1) } else { (2, 3) };
    let written = || {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
        for row in picture.as_bytes().chunks((width as usize * samples).max(1)) {
            // A row as it is.
            packed.write_all(&[0])?;
            packed.write_all(row)?;
        }
        packed.finish()
    };
    let packed = written().map_err(|_| "the picture could not be written".to_owned())?;
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, kind, 0, 0, 0]].concat();
    let mut file = SIGNATURE.to_vec();
    for (name, part) in [(b"IHDR", head.as_slice()), (b"IDAT", &packed), (b"IEND", &[])] {
        let length = u32::try_from(part.len()).map_err(|_| "the picture is too large to be written".to_owned())?;
        let mut sum = Crc::new();
        sum.update(name);
        sum.update(part);
        file.extend([&length.to_be_bytes()[..], name, part, &sum.sum().to_be_bytes()].concat());
    }
    Ok(file)
}

/// A picture as JPEG, and whether it is grey.
pub(super) fn jpeg(picture: RgbImage) -> Result<(Vec<u8>, bool), String> {
    let mut file = Vec::new();
    let picture = smallest(picture);
    picture
        .write_with_encoder(JpegEncoder::new_with_quality(&mut file, QUALITY))
        .map_err(|_| "the picture could not be written".to_owned())?;
    Ok((file, matches!(picture, DynamicImage::ImageLuma8(_))))
}

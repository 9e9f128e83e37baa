//! What a header costs: read and written, the hot ones and all kinds mixed.
//!
//! The promise is that 50 million data headers a second are read on one core.

#[cfg(not(target_arch = "wasm32"))]
mod measured {
    use std::hint::black_box;

    use criterion::{Criterion, Throughput};
    use staywire_protocol::wire::Header;

    /// Enough different headers that the processor cannot learn them by heart.
    const HEADERS: u64 = 4_096;

    fn lane_headers() -> Vec<Header<'static>> {
        (0..HEADERS).map(|index| Header::Message { number: spread(index) }).collect()
    }

    fn stream_headers() -> Vec<Header<'static>> {
        (0..HEADERS).map(|index| Header::StreamMessage { alias: index % 40, offset: spread(index) }).collect()
    }

    fn mixed_headers() -> Vec<Header<'static>> {
        let mixed = |index| match index * 7 % 10 {
            0..5 => Header::StreamMessage { alias: index % 40, offset: spread(index) },
            5..8 => Header::Message { number: spread(index) },
            8 => Header::Ack { done: spread(index) },
            _ => Header::Ping { done: spread(index) },
        };
        (0..HEADERS).map(mixed).collect()
    }

    /// A number below a million, of one to six digits.
    fn spread(index: u64) -> u64 {
        index.wrapping_mul(0x9E37_79B9_7F4A_7C15) % 10_u64.pow(index as u32 % 6 + 1)
    }

    fn message(header: &Header<'_>) -> Vec<u8> {
        let mut message = Vec::new();
        header.encode(&mut message);
        if message.ends_with(b"\n") {
            message.extend_from_slice(b"payload");
        }
        message
    }

    pub(super) fn all(criterion: &mut Criterion) {
        let kinds = [("lane", lane_headers()), ("stream", stream_headers()), ("mixed", mixed_headers())];
        let mut group = criterion.benchmark_group("header");
        group.throughput(Throughput::Elements(HEADERS));
        for (name, headers) in kinds {
            let messages: Vec<_> = headers.iter().map(message).collect();
            group.bench_function(format!("parse/{name}"), |bencher| {
                bencher.iter(|| {
                    for message in &messages {
                        // Looked at where it is: to move it would be measured, too.
                        black_box(&Header::parse(black_box(message)));
                    }
                });
            });
            let mut out = Vec::with_capacity(64);
            group.bench_function(format!("encode/{name}"), |bencher| {
                bencher.iter(|| {
                    for header in &headers {
                        out.clear();
                        black_box(header).encode(&mut out);
                        black_box(&out);
                    }
                });
            });
        }
        group.finish();
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let mut criterion = criterion::Criterion::default().configure_from_args();
    measured::all(&mut criterion);
    criterion.final_summary();
}

/// There is nothing to measure with in WebAssembly; the file is compiled there with all other targets.
#[cfg(target_arch = "wasm32")]
fn main() {}

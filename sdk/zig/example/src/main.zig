//! Hello in Zig: counts the words of each new text file, keeps the first line beside it, and adds the
//! words up on request.
const std = @import("std");
const sd = @import("spacedrive");

comptime {
    sd.extension(@This());
}
pub const panic = sd.panic;
pub const std_options: std.Options = .{ .logFn = sd.log };

pub const events = .{ .@"entry.created" = count, .@"entry.updated" = count };
pub const queries = .{ .@"hello_zig.words.v1" = total };

const key = "hello_zig";

fn countWords(text: []const u8) i64 {
    var words = std.mem.tokenizeAny(u8, text, &std.ascii.whitespace);
    var number: i64 = 0;
    while (words.next()) |_| number += 1;
    return number;
}

fn count(event: sd.Event) !void {
    const entry = event.entry;
    if (!std.mem.startsWith(u8, entry.media_type orelse "", "text/")) return;
    const content = try sd.vdfs.readContent(.{ .entry_id = entry.id });
    const text = content.data.data;

    var lines = std.mem.splitScalar(u8, text, '\n');
    _ = try sd.vdfs.writeSidecar(.{
        .entry_id = entry.id,
        .name = "hello_zig.txt",
        .data = .of(lines.first()),
    });

    const words = countWords(text);
    std.log.info("{s}: {d} words", .{ entry.path, words });
    var metadata: std.json.ObjectMap = .empty;
    try metadata.put(sd.allocator, key, .{ .integer = words });
    _ = try sd.vdfs.updateMetadata(.{ .entry_id = entry.id, .metadata = .{ .object = metadata } });
}

const Input = struct { path: ?[]const u8 = null };
const Total = struct { files: i64 = 0, words: i64 = 0 };

fn total(input: Input) !Total {
    var sum: Total = .{};
    var after: ?i64 = null;
    while (true) {
        const page = try sd.vdfs.listEntries(.{ .path_prefix = input.path, .after = after });
        for (page.entries) |entry| {
            const words = entry.metadata.object.get(key) orelse continue;
            sum.files += 1;
            sum.words += words.integer;
        }
        after = page.next orelse return sum;
    }
}

//! Hello in Zig: counts the words of each new text file, keeps the first line beside it, and adds the
//! words up on request. A job counts all files anew.
const std = @import("std");
const sd = @import("spacedrive");

comptime {
    sd.extension(@This());
}
pub const panic = sd.panic;
pub const std_options: std.Options = .{ .logFn = sd.log };

pub const events = .{ .@"entry.created" = changed, .@"entry.updated" = changed };
pub const queries = .{ .@"hello_zig.words.v1" = total };
pub const jobs = .{ .@"hello_zig.recount.input.v1" = recount };

const key = "hello_zig";

fn countWords(text: []const u8) i64 {
    var words = std.mem.tokenizeAny(u8, text, &std.ascii.whitespace);
    var number: i64 = 0;
    while (words.next()) |_| number += 1;
    return number;
}

fn changed(event: sd.Event) !void {
    return count(event.entry);
}

fn count(entry: sd.Entry) !void {
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

const Checkpoint = struct { after: ?i64 = null, entries: usize = 0 };
const Recount = struct { entries: usize };

/// Counts all text files anew, and resumes where it stopped.
fn recount(job: sd.RunningJob(Checkpoint)) !Recount {
    var at = try job.lastCheckpoint() orelse Checkpoint{};
    while (true) {
        const part = sd.begin();
        defer part.end();
        const page = try sd.vdfs.listEntries(.{ .after = at.after, .limit = 10 });
        for (page.entries) |entry| try count(entry);
        at = .{ .after = page.next, .entries = at.entries + page.entries.len };
        if (page.next == null) break;
        if (try job.checkpoint(at, .{ .done = @intCast(at.entries) })) break; // the user cancelled it
    }
    return .{ .entries = at.entries };
}

//! Bodies of calls: JSON, or an envelope with JSON and the bytes that it names.
const std = @import("std");
const Allocator = std.mem.Allocator;

const magic = "\xFFSD\x01";

/// Bytes, which cross the boundary as they are.
pub const Bytes = struct {
    data: []const u8,

    pub fn of(data: []const u8) Bytes {
        return .{ .data = data };
    }

    pub fn jsonStringify(self: Bytes, writer: anytype) !void {
        const index = outgoing.items.len;
        outgoing.append(std.heap.wasm_allocator, self.data) catch return error.WriteFailed;
        try writer.write(.{ .@"$blob" = index });
    }

    pub fn jsonParse(allocator: Allocator, source: anytype, options: std.json.ParseOptions) !Bytes {
        if (try source.peekNextTokenType() == .string) {
            const text = try std.json.innerParse([]const u8, allocator, source, options);
            return .{ .data = try fromBase64(allocator, text) };
        }
        const Index = struct { @"$blob": usize };
        const index = (try std.json.innerParse(Index, allocator, source, options)).@"$blob";
        if (index >= incoming.len) return error.UnexpectedToken;
        return .{ .data = incoming[index] };
    }

    pub fn jsonParseFromValue(allocator: Allocator, source: std.json.Value, options: std.json.ParseOptions) !Bytes {
        _ = options;
        switch (source) {
            .string => |text| return .{ .data = try fromBase64(allocator, text) },
            .object => |object| {
                const index = object.get("$blob") orelse return error.UnexpectedToken;
                if (index != .integer or index.integer < 0 or index.integer >= incoming.len) return error.UnexpectedToken;
                return .{ .data = incoming[@intCast(index.integer)] };
            },
            else => return error.UnexpectedToken,
        }
    }
};

fn fromBase64(allocator: Allocator, text: []const u8) ![]const u8 {
    const decoder = std.base64.standard.Decoder;
    const size = decoder.calcSizeForSlice(text) catch return error.UnexpectedToken;
    const data = try allocator.alloc(u8, size);
    decoder.decode(data, text) catch return error.UnexpectedToken;
    return data;
}

/// The bytes of the body that is written, and of the one that is read.
var outgoing: std.ArrayList([]const u8) = .empty;
var incoming: []const []const u8 = &.{};

/// Writes a value; fields that are `null` are left out.
pub fn encode(allocator: Allocator, value: anytype) ![]const u8 {
    defer outgoing.clearAndFree(std.heap.wasm_allocator);
    const json = try std.json.Stringify.valueAlloc(allocator, value, .{ .emit_null_optional_fields = false });
    return if (outgoing.items.len == 0) json else wrap(allocator, json, outgoing.items);
}

fn wrap(allocator: Allocator, json: []const u8, blobs: []const []const u8) ![]const u8 {
    var size = 16 + 8 * blobs.len + json.len;
    for (blobs) |blob| size = std.mem.alignForward(usize, size, 8) + blob.len;
    const body = try allocator.alloc(u8, size);
    @memset(body, 0);
    @memcpy(body[0..4], magic);
    std.mem.writeInt(u32, body[4..8], @intCast(json.len), .little);
    std.mem.writeInt(u32, body[8..12], @intCast(blobs.len), .little);
    var end = 16 + 8 * blobs.len;
    @memcpy(body[end..][0..json.len], json);
    end += json.len;
    for (blobs, 0..) |blob, index| {
        std.mem.writeInt(u64, body[16 + 8 * index ..][0..8], blob.len, .little);
        end = std.mem.alignForward(usize, end, 8);
        @memcpy(body[end..][0..blob.len], blob);
        end += blob.len;
    }
    return body;
}

/// Reads a value. Its texts are copies; its bytes stand in the body.
pub fn decode(comptime T: type, allocator: Allocator, body: []const u8) !T {
    var json = body;
    incoming = &.{};
    if (body.len >= 16 and std.mem.eql(u8, body[0..4], magic)) json = try unwrap(allocator, body);
    return std.json.parseFromSliceLeaky(T, allocator, json, .{
        .ignore_unknown_fields = true,
        .allocate = .alloc_always,
    });
}

/// Takes an envelope, which the host wrote, apart: returns its JSON, and keeps its bytes for `Bytes`.
fn unwrap(allocator: Allocator, body: []const u8) ![]const u8 {
    const json_len = std.mem.readInt(u32, body[4..8], .little);
    const count = std.mem.readInt(u32, body[8..12], .little);
    const start = 16 + 8 * @as(usize, count);
    const blobs = try allocator.alloc([]const u8, count);
    var end = start + json_len;
    for (blobs, 0..) |*blob, index| {
        const len: usize = @intCast(std.mem.readInt(u64, body[16 + 8 * index ..][0..8], .little));
        end = std.mem.alignForward(usize, end, 8);
        blob.* = body[end..][0..len];
        end += len;
    }
    incoming = blobs;
    return body[start..][0..json_len];
}

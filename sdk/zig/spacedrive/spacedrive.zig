//! Extensions of Spacedrive in Zig.
//!
//! ```zig
//! const sd = @import("spacedrive");
//!
//! comptime {
//!     sd.extension(@This());
//! }
//! pub const panic = sd.panic;
//! pub const std_options: std.Options = .{ .logFn = sd.log };
//!
//! pub const events = .{ .@"entry.created" = created };
//! pub const queries = .{ .@"my_notes.total.v1" = total };
//! pub const actions = .{ .@"my_notes.add.input.v1" = add };
//! pub const jobs = .{ .@"my_notes.scan.input.v1" = scan };
//!
//! fn created(event: sd.Event) !void { … }
//! fn total(input: Input) !Output { … }
//! fn scan(job: sd.RunningJob(Checkpoint), input: Input) !Output { … }
//! ```
//!
//! Inputs and outputs are structs, which are JSON outside. What calls return, and what `allocator` makes,
//! is kept until the function returns: there is nothing to free. A loop over much has parts (`begin`).
const std = @import("std");
const envelope = @import("envelope.zig");
pub const operations = @import("operations.zig");

pub const Error = operations.Error;
pub const Json = operations.Json;
pub const Bytes = envelope.Bytes;
pub const Entry = operations.Entry;

pub const ai = operations.ai;
pub const core = operations.core;
pub const credentials = operations.credentials;
pub const http = operations.http;
pub const jobs = operations.jobs;
pub const mail = operations.mail;
pub const media = operations.media;
pub const search = operations.search;
pub const secrets = operations.secrets;
pub const settings = operations.settings;
pub const vdfs = operations.vdfs;

/// An event. `data` is that of another extension's event.
pub const Event = struct {
    id: i64,
    kind: []const u8,
    library_id: []const u8,
    entry: Entry,
    data: ?Json = null,
};

/// A failure of a call, or of the extension's own function.
pub const Failure = struct {
    message: []const u8,
    details: ?Json = null,
    /// The pause after which another try may go well.
    retry_after_ms: ?u64 = null,
};

/// Where a job stands, as the host gives it to the function.
const JobContext = struct { id: []const u8, attempt: u32 = 1, checkpoint: ?Json = null };

/// A job that runs, with checkpoints of a struct of the extension's own.
pub fn RunningJob(comptime Checkpoint: type) type {
    return struct {
        const Self = @This();

        /// Nothing when the operation was called, and not dispatched: then it keeps no checkpoints.
        context: ?JobContext,

        /// Returns the checkpoint at which the job ended before; `null` for the first start.
        pub fn lastCheckpoint(self: Self) Error!?Checkpoint {
            const context = self.context orelse return null;
            const kept = context.checkpoint orelse return null;
            return std.json.parseFromValueLeaky(Checkpoint, allocator, kept, .{ .ignore_unknown_fields = true }) catch |err|
                fail(error.BadInput, "the checkpoint is of another form: {s}", .{@errorName(err)});
        }

        /// Keeps where the job stands, and its progress. Returns whether the job was cancelled: then
        /// return soon.
        pub fn checkpoint(self: Self, at: Checkpoint, progress: ?operations.ProgressReport) Error!bool {
            const context = self.context orelse return false;
            const input = .{ .job_id = context.id, .checkpoint = at, .progress = progress };
            return (try operate(operations.CheckpointOutput, "action:jobs.checkpoint.input.v1", true, input)).cancelled;
        }
    };
}

extern "spacedrive" fn spacedrive_call(method: [*]const u8, method_len: usize, library: ?*const [16]u8, payload: [*]const u8, payload_len: usize) ?[*]align(8) u8;
extern "spacedrive" fn spacedrive_log(level: u32, text: [*]const u8, len: usize) void;

/// Blocks for what is kept between calls.
pub const gpa = std.heap.wasm_allocator;

var arena = std.heap.ArenaAllocator.init(gpa);
/// Blocks that are kept until the function of the extension returns.
pub const allocator = arena.allocator();

/// Replies of the host, which are freed with the arena.
var replies: std.ArrayList([]align(8) u8) = .empty;
var library: ?[16]u8 = null;
var failure: ?Failure = null;
/// The texts of `failure`, which outlive the part of a loop that failed.
var failure_texts = std.heap.ArenaAllocator.init(gpa);

/// What was made before a part of a loop.
pub const Part = struct {
    arena: std.heap.ArenaAllocator,
    replies: std.ArrayList([]align(8) u8),

    /// Gives back what was made since the part began.
    pub fn end(self: Part) void {
        freeReplies();
        arena.deinit();
        arena = self.arena;
        replies = self.replies;
    }
};

/// Begins a part of a loop over much: `const part = sd.begin(); defer part.end();`.
pub fn begin() Part {
    defer {
        arena = .init(gpa);
        replies = .empty;
    }
    return .{ .arena = arena, .replies = replies };
}

fn freeReplies() void {
    for (replies.items) |reply| gpa.free(reply);
    replies.clearAndFree(gpa);
}

// ---- Calls of the host ----

/// Returns the failure behind the error of the last call.
pub fn lastError() Failure {
    return failure orelse .{ .message = "there was no error" };
}

/// Makes an error with a message: `return sd.fail(error.BadInput, "{s} is not a year", .{text});`.
pub fn fail(err: Error, comptime format: []const u8, args: anytype) Error {
    var texts = std.heap.ArenaAllocator.init(gpa);
    const message = std.fmt.allocPrint(texts.allocator(), format, args) catch "out of memory";
    remember(texts, .{ .message = message });
    return err;
}

fn remember(texts: std.heap.ArenaAllocator, made: Failure) void {
    failure_texts.deinit();
    failure_texts = texts;
    failure = made;
}

/// Chooses the library of the calls that follow; at first it is that of the event or call.
pub fn useLibrary(id: ?[]const u8) Error!void {
    const text = id orelse {
        library = null;
        return;
    };
    library = parseUuid(text) orelse return fail(error.BadInput, "`{s}` is not the id of a library", .{text});
}

/// Calls an operation that `operations` does not have, such as another extension's.
pub fn call(comptime Output: type, method: []const u8, input: anytype) Error!Output {
    return send(Output, method, if (library) |*id| id else null, input);
}

/// Calls an operation, as the functions of `operations` do.
pub fn operate(comptime Output: type, method: []const u8, needs_library: bool, input: anytype) Error!Output {
    if (!needs_library) return send(Output, method, null, input);
    if (library) |*id| return send(Output, method, id, input);
    return fail(error.DeniedLibrary, "`{s}` needs a library, the call names none", .{method});
}

fn send(comptime Output: type, method: []const u8, id: ?*const [16]u8, input: anytype) Error!Output {
    const payload = envelope.encode(allocator, input) catch return noMemory();
    const frame = spacedrive_call(method.ptr, method.len, id, payload.ptr, payload.len) orelse return noMemory();
    const len = std.mem.readInt(u32, frame[0..4], .little);
    const status = std.mem.readInt(u32, frame[4..8], .little);
    replies.append(gpa, frame[0 .. 8 + len]) catch {
        gpa.free(frame[0 .. 8 + len]);
        return noMemory();
    };
    const body = frame[8 .. 8 + len];
    if (status != 0) return hostError(status, body);
    return envelope.decode(Output, allocator, body) catch |err| switch (err) {
        error.OutOfMemory => noMemory(),
        else => fail(error.Internal, "the reply to {s} is of another form: {s}", .{ method, @errorName(err) }),
    };
}

fn noMemory() Error {
    return fail(error.AbiAlloc, "the extension has no memory left", .{});
}

const ErrorBody = struct { @"error": []const u8, details: ?Json = null, retry_after_ms: ?u64 = null };

fn hostError(status: u32, body: []const u8) Error {
    var texts = std.heap.ArenaAllocator.init(gpa);
    const said = envelope.decode(ErrorBody, texts.allocator(), body) catch ErrorBody{ .@"error" = "the host does not say why" };
    remember(texts, .{ .message = said.@"error", .details = said.details, .retry_after_ms = said.retry_after_ms });
    for (operations.codes) |code| {
        if (code.number == status) return code.err;
    }
    return error.Internal;
}

fn parseUuid(text: []const u8) ?[16]u8 {
    var id: [16]u8 = undefined;
    var digits: usize = 0;
    for (text) |letter| {
        if (letter == '-') continue;
        const value = std.fmt.charToDigit(letter, 16) catch return null;
        if (digits == 32) return null;
        if (digits % 2 == 0) id[digits / 2] = value << 4 else id[digits / 2] |= value;
        digits += 1;
    }
    return if (digits == 32) id else null;
}

// ---- The log ----

/// The function behind `std.log`: `pub const std_options: std.Options = .{ .logFn = sd.log };`.
pub fn log(comptime level: std.log.Level, comptime scope: @TypeOf(.enum_literal), comptime format: []const u8, args: anytype) void {
    const prefix = if (scope == .default) "" else "(" ++ @tagName(scope) ++ ") ";
    const text = std.fmt.allocPrint(gpa, prefix ++ format, args) catch return;
    defer gpa.free(text);
    spacedrive_log(switch (level) {
        .debug => 0,
        .info => 1,
        .warn => 2,
        .err => 3,
    }, text.ptr, text.len);
}

/// A panic that says why: `pub const panic = sd.panic;`.
pub const panic = std.debug.FullPanic(logAndTrap);

fn logAndTrap(message: []const u8, _: ?usize) noreturn {
    spacedrive_log(3, message.ptr, message.len);
    @trap();
}

// ---- The extension ----

/// Exports an extension: its `events`, `queries`, `actions` and `jobs`, and its `init` and `cleanup`.
pub fn extension(comptime Root: type) void {
    const exports = Exports(Root);
    @export(&exports.alloc, .{ .name = "wasm_alloc" });
    @export(&exports.free, .{ .name = "wasm_free" });
    @export(&exports.init, .{ .name = "plugin_init" });
    @export(&exports.cleanup, .{ .name = "plugin_cleanup" });
    @export(&exports.onEvent, .{ .name = "plugin_on_event" });
    @export(&exports.answer, .{ .name = "plugin_call" });
}

fn table(comptime Root: type, comptime name: []const u8) if (@hasDecl(Root, name)) @TypeOf(@field(Root, name)) else @TypeOf(.{}) {
    return if (@hasDecl(Root, name)) @field(Root, name) else .{};
}

/// Tables of operations, with what their methods begin with.
const operation_tables = .{ .{ "query:", "queries" }, .{ "action:", "actions" }, .{ "action:", "jobs" } };

fn methods(comptime Root: type) []const u8 {
    var lines: []const u8 = "";
    for (.{.{ "event:", "events" }} ++ operation_tables) |kind| {
        for (std.meta.fieldNames(@TypeOf(table(Root, kind[1])))) |name| {
            lines = lines ++ kind[0] ++ name ++ "\\n";
        }
    }
    return lines;
}

fn Exports(comptime Root: type) type {
    return struct {
        // A variable in a section would become data, so the sections are written in assembly.
        comptime {
            asm (".section .custom_section.spacedrive.abi,\"\",@\n.int32 1\n.text\n");
            asm (".section .custom_section.spacedrive.methods,\"\",@\n.ascii \"" ++ methods(Root) ++ "\"\n.text\n");
        }

        fn alloc(size: usize) callconv(.c) ?[*]align(8) u8 {
            const block = gpa.alignedAlloc(u8, .@"8", size) catch return null;
            return block.ptr;
        }

        fn free(block: [*]align(8) u8, size: usize) callconv(.c) void {
            gpa.free(block[0..size]);
        }

        fn init() callconv(.c) u32 {
            return runPlain("init");
        }

        fn cleanup() callconv(.c) u32 {
            return runPlain("cleanup");
        }

        fn runPlain(comptime name: []const u8) u32 {
            if (!@hasDecl(Root, name)) return 0;
            defer forget();
            @field(Root, name)() catch |err| return logFailure(err);
            return 0;
        }

        fn onEvent(payload: [*]const u8, len: usize) callconv(.c) u32 {
            defer forget();
            const event = envelope.decode(Event, allocator, payload[0..len]) catch |err|
                return logFailure(fail(error.BadInput, "the event is of another form: {s}", .{@errorName(err)}));
            library = parseUuid(event.library_id);
            const handlers = table(Root, "events");
            inline for (comptime std.meta.fieldNames(@TypeOf(handlers))) |kind| {
                if (std.mem.eql(u8, kind, event.kind)) {
                    @field(handlers, kind)(event) catch |err| return logFailure(err);
                }
            }
            return 0;
        }

        fn answer(method: [*]const u8, method_len: usize, payload: [*]const u8, len: usize) callconv(.c) ?[*]align(8) u8 {
            defer forget();
            const body = dispatch(method[0..method_len], payload[0..len]) catch |err| return errorFrame(err);
            return frameOf(0, body);
        }

        fn dispatch(method: []const u8, payload: []const u8) anyerror![]const u8 {
            inline for (operation_tables) |kind| {
                const handlers = table(Root, kind[1]);
                inline for (comptime std.meta.fieldNames(@TypeOf(handlers))) |name| {
                    const answer_call = if (comptime std.mem.eql(u8, kind[1], "jobs")) runJob else run;
                    if (std.mem.eql(u8, kind[0] ++ name, method)) return answer_call(@field(handlers, name), payload);
                }
            }
            return fail(error.UnknownMethod, "the extension has no function for `{s}`", .{method});
        }
    };
}

fn Call(comptime Input: type) type {
    return struct { library_id: ?[]const u8 = null, input: ?Input = null, job: ?JobContext = null };
}

/// Reads a call, whose library is that of the calls that follow.
fn readCall(comptime Input: type, payload: []const u8) Error!Call(Input) {
    const given = envelope.decode(Call(Input), allocator, payload) catch |err|
        return fail(error.BadInput, "the input is of another form: {s}", .{@errorName(err)});
    if (given.library_id) |id| library = parseUuid(id);
    return given;
}

/// Returns the input of a call, or that of an empty object.
fn inputOf(comptime Input: type, given: ?Input) Error!Input {
    return given orelse envelope.decode(Input, allocator, "{}") catch
        fail(error.BadInput, "the input is missing", .{});
}

/// Calls a function with its input, and returns the body of its answer.
fn run(function: anytype, payload: []const u8) anyerror![]const u8 {
    const parameters = @typeInfo(@TypeOf(function)).@"fn".param_types;
    const Input = if (parameters.len == 0) struct {} else parameters[0].?;
    const given = try readCall(Input, payload);
    if (parameters.len == 0) return envelope.encode(allocator, try function());
    return envelope.encode(allocator, try function(try inputOf(Input, given.input)));
}

/// The same for a function whose first parameter is the job.
fn runJob(function: anytype, payload: []const u8) anyerror![]const u8 {
    const parameters = @typeInfo(@TypeOf(function)).@"fn".param_types;
    const Input = if (parameters.len == 1) struct {} else parameters[1].?;
    const given = try readCall(Input, payload);
    const job: parameters[0].? = .{ .context = given.job };
    if (parameters.len == 1) return envelope.encode(allocator, try function(job));
    return envelope.encode(allocator, try function(job, try inputOf(Input, given.input)));
}

/// Gives back what was made for a call.
fn forget() void {
    freeReplies();
    _ = arena.reset(.{ .retain_with_limit = 64 * 1024 });
    library = null;
    failure = null;
    failure_texts.deinit();
    failure_texts = .init(gpa);
}

/// Returns the number and the name of the code of an error; of others than ours that of an internal one.
fn codeOf(err: anyerror) struct { u32, []const u8 } {
    for (operations.codes) |code| {
        if (code.err == err) return .{ code.number, code.name };
    }
    return codeOf(error.Internal);
}

/// Returns the failure of an error: that of the last call, or the name of one of the extension's own.
fn failureOf(err: anyerror) Failure {
    return failure orelse .{ .message = @errorName(err) };
}

fn logFailure(err: anyerror) u32 {
    const number, const name = codeOf(err);
    log(.err, .default, "{s} ({s})", .{ failureOf(err).message, name });
    return number;
}

fn errorFrame(err: anyerror) ?[*]align(8) u8 {
    const number, const name = codeOf(err);
    const said = failureOf(err);
    const body = envelope.encode(allocator, .{
        .@"error" = said.message,
        .code = name,
        .details = said.details,
        .retry_after_ms = said.retry_after_ms,
    }) catch return null;
    return frameOf(number, body);
}

/// Makes the frame of an answer, which the host takes and frees.
fn frameOf(status: u32, body: []const u8) ?[*]align(8) u8 {
    const frame = gpa.alignedAlloc(u8, .@"8", 8 + body.len) catch return null;
    std.mem.writeInt(u32, frame[0..4], @intCast(body.len), .little);
    std.mem.writeInt(u32, frame[4..8], status, .little);
    @memcpy(frame[8..], body);
    return frame.ptr;
}

// Memory: blocks by classes of size where there is no libc, and blocks that go when a function returns.
#include "internal.h"

#define PAGE 65536u
#define CHUNK 16384u
#define MAX_BLOCK (1u << 30)
// The bytes of a block of malloc that are its own.
#define HEADER 8u

#ifndef __wasi__
extern unsigned char __heap_base;

// ---- malloc: four classes for each doubling; a free block waits for the next of its class ----

typedef struct header {
  uint32_t class;
  uint32_t unused;
} header;

typedef struct waiting {
  struct waiting *next;
} waiting;

static waiting *free_blocks[4 * 28];
static uintptr_t heap_end;

// Classes of 32 bytes and more; the least is number 3.
static uint32_t class_of(uint32_t size) {
  uint32_t last = size < 32 ? 31 : size - 1;
  uint32_t bits = 31 - (uint32_t)__builtin_clz(last);
  return (bits - 4) * 4 + ((last >> (bits - 2)) & 3);
}

static uint32_t class_size(uint32_t class) { return (5 + class % 4) << (class / 4 + 2); }

// Takes memory that was never used. Returns 0 at the limit.
static void *fresh(uint32_t size) {
  if (!heap_end) heap_end = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;
  uint64_t end = (uint64_t)heap_end + size;
  uint64_t there = (uint64_t)__builtin_wasm_memory_size(0) * PAGE;
  if (end > there) {
    uint32_t pages = (uint32_t)((end - there + PAGE - 1) / PAGE);
    if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) return 0;
  }
  void *block = (void *)heap_end;
  heap_end = (uintptr_t)end;
  return block;
}

__attribute__((weak)) void *malloc(size_t size) {
  if (size > MAX_BLOCK - sizeof(header)) return 0;
  uint32_t class = class_of((uint32_t)(size + sizeof(header)));
  header *block = (header *)free_blocks[class];
  if (block) {
    free_blocks[class] = ((waiting *)block)->next;
  } else if (!(block = fresh(class_size(class)))) {
    return 0;
  }
  block->class = class;
  return block + 1;
}

__attribute__((weak)) void free(void *block) {
  if (!block) return;
  header *head = (header *)block - 1;
  uint32_t class = head->class;
  ((waiting *)head)->next = free_blocks[class];
  free_blocks[class] = (waiting *)head;
}

__attribute__((weak)) void *calloc(size_t count, size_t size) {
  if (size && count > MAX_BLOCK / size) return 0;
  void *block = malloc(count * size);
  return block ? memset(block, 0, count * size) : 0;
}

__attribute__((weak)) void *realloc(void *block, size_t size) {
  if (!block) return malloc(size);
  size_t room = class_size(((header *)block - 1)->class) - sizeof(header);
  if (size <= room) return block;
  void *moved = malloc(size);
  if (!moved) return 0;
  memcpy(moved, block, room);
  free(block);
  return moved;
}

#endif

// ---- Arenas: chunks, the newest first ----

typedef struct chunk {
  struct chunk *before;
  size_t used, size;
} chunk;

// A block of malloc that goes with the arena.
typedef struct owned {
  struct owned *before;
  void *block;
} owned;

typedef struct arena {
  chunk *newest;
  owned *last_owned;
} arena;

static arena scoped, whole;

static chunk *add_chunk(arena *arena, size_t size) {
  chunk *added = malloc(sizeof(chunk) + size);
  if (!added) return 0;
  *added = (chunk){.before = arena->newest, .size = size};
  return arena->newest = added;
}

static void *take(void *context, size_t size) {
  arena *arena = context;
  if (size > MAX_BLOCK) return 0;
  size = (size + 7) & ~(size_t)7;
  chunk *chunk = arena->newest;
  if (!chunk || chunk->size - chunk->used < size) {
    size_t usual = CHUNK - sizeof *chunk - HEADER;
    chunk = add_chunk(arena, size > usual ? size : usual);
    if (!chunk) return 0;
  }
  void *block = (char *)(chunk + 1) + chunk->used;
  chunk->used += size;
  return block;
}

static void *take_more(void *context, void *block, size_t old_size, size_t size) {
  if (size <= old_size) return block;
  if (size > MAX_BLOCK) return 0;
  chunk *chunk = ((arena *)context)->newest;
  char *end = (char *)block + ((old_size + 7) & ~(size_t)7);
  size_t more = ((size + 7) & ~(size_t)7) - (size_t)(end - (char *)block);
  // The last block grows where it is.
  if (end == (char *)(chunk + 1) + chunk->used && chunk->size - chunk->used >= more) {
    chunk->used += more;
    return block;
  }
  void *moved = take(context, size);
  return moved ? memcpy(moved, block, old_size) : 0;
}

static void leave(void *context, void *block) { (void)context, (void)block; }

const yyjson_alc sd_scoped = {take, take_more, leave, &scoped};
const yyjson_alc sd_whole = {take, take_more, leave, &whole};

void *sd_alloc(size_t size) {
  void *block = take(&scoped, size);
  return block ? memset(block, 0, size) : 0;
}

bool sd_own(void *block) {
  owned *added = take(&scoped, sizeof(owned));
  if (!added) return false;
  *added = (owned){scoped.last_owned, block};
  scoped.last_owned = added;
  return true;
}

sd_mark sd_begin(void) {
  chunk *newest = scoped.newest;
  return (sd_mark){newest, newest ? newest->used : 0, scoped.last_owned};
}

static void free_until(arena *arena, const chunk *kept) {
  while (arena->newest && arena->newest != kept) {
    chunk *gone = arena->newest;
    arena->newest = gone->before;
    free(gone);
  }
}

void sd_end(sd_mark mark) {
  // The list of what is owned stands in the chunks, so it goes first.
  while (scoped.last_owned && scoped.last_owned != mark.owned) {
    free(scoped.last_owned->block);
    scoped.last_owned = scoped.last_owned->before;
  }
  free_until(&scoped, mark.block);
  if (scoped.newest) scoped.newest->used = mark.used;
}

void sd_end_all(void) {
  sd_end((sd_mark){0});
  free_until(&whole, 0);
}

// ---- What compilers call ----
#ifndef __wasi__

__attribute__((weak, no_builtin("memcpy"))) void *memcpy(void *to, const void *from, size_t size) {
  return __builtin_memcpy(to, from, size);
}
__attribute__((weak, no_builtin("memmove"))) void *memmove(void *to, const void *from, size_t size) {
  return __builtin_memmove(to, from, size);
}
__attribute__((weak, no_builtin("memset"))) void *memset(void *to, int byte, size_t size) {
  return __builtin_memset(to, byte, size);
}
__attribute__((weak, no_builtin("memcmp", "bcmp"))) int memcmp(const void *one, const void *other,
                                                               size_t size) {
  const unsigned char *a = one, *b = other;
  for (; size; size--, a++, b++) {
    if (*a != *b) return *a - *b;
  }
  return 0;
}
__attribute__((weak, no_builtin("strlen"))) size_t strlen(const char *text) {
  size_t len = 0;
  while (text[len]) len++;
  return len;
}

// Products of 128 bits: newer compilers call this function of their runtime, which is not linked. It is
// not optimised, because they would know it again, and let it call itself.
__attribute__((weak, optnone, noinline)) __int128 __multi3(__int128 one, __int128 other) {
  uint64_t a = (uint64_t)one, b = (uint64_t)other;
  uint64_t a_low = (uint32_t)a, a_high = a >> 32, b_low = (uint32_t)b, b_high = b >> 32;
  uint64_t low = a_low * b_low;
  uint64_t middle = a_high * b_low + (low >> 32);
  uint64_t carried = a_low * b_high + (uint32_t)middle;
  uint64_t high = a_high * b_high + (middle >> 32) + (carried >> 32);
  high += (uint64_t)(one >> 64) * b + a * (uint64_t)(other >> 64);
  return (__int128)high << 64 | (carried << 32 | (uint32_t)low);
}
#endif

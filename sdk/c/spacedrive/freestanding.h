// What yyjson needs of <string.h>, and extensions of <stdlib.h>: memory.c has it, where no libc does.
#pragma once
#include <stddef.h>

#ifdef __wasi__
#include <stdlib.h>
#include <string.h>
#else

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void free(void *block);
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *one, const void *other, size_t size);
size_t strlen(const char *text);
#endif

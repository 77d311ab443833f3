/* What the page's script calls in the engine. Private to viz/page/; the script is the only caller. */
#ifndef VIZ_PAGE_PAGE_H
#define VIZ_PAGE_PAGE_H

#include <stddef.h>

/* Before a function of the module's that the script sees. */
#define PAGE_EXPORT(name) __attribute__((export_name(#name)))

PAGE_EXPORT(page_alloc) void *page_alloc(size_t bytes);
PAGE_EXPORT(page_run) int page_run(char *text, int count);
PAGE_EXPORT(page_inputs) int page_inputs(const char *text, size_t bytes);
PAGE_EXPORT(page_operations) int page_operations(void);

#endif

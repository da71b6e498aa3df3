package dev.packhorse.engine.gzip;

import java.util.Arrays;

/// Finds the lengths of a prefix code, and its codes. One thread.
///
/// Source: RFC 1951 3.2.2 (canonical codes, packed from their most significant bit).
final class HuffmanLengths {
    private final int symbols;
    private final int mostBits;
    private final int[] weight;
    private final int[] parent;
    private final int[] heap;
    private int heapSize;

    /// @param mostBits no code may be longer
    HuffmanLengths(int symbols, int mostBits) {
        this.symbols = symbols;
        this.mostBits = mostBits;
        weight = new int[2 * symbols];
        parent = new int[2 * symbols];
        heap = new int[symbols + 1];
    }

    /// Writes the length of each symbol's code, 0 for one that does not occur. A single symbol gets
    /// one bit.
    void find(int[] counts, byte[] lengths) {
        int[] tamed = Arrays.copyOf(counts, symbols);
        while (!tryFind(tamed, lengths)) {
            // A flatter distribution has shorter longest codes, and costs next to nothing.
            for (int i = 0; i < symbols; i++) {
                tamed[i] = tamed[i] == 0 ? 0 : tamed[i] / 2 + 1;
            }
        }
    }

    private boolean tryFind(int[] counts, byte[] lengths) {
        heapSize = 0;
        for (int i = 0; i < symbols; i++) {
            lengths[i] = 0;
            if (counts[i] > 0) {
                weight[i] = counts[i];
                push(i);
            }
        }
        if (heapSize <= 1) {
            if (heapSize == 1) {
                lengths[heap[0]] = 1;
            }
            return true;
        }
        int next = symbols;
        while (heapSize > 1) {
            int a = pop();
            int b = pop();
            weight[next] = weight[a] + weight[b];
            parent[a] = next;
            parent[b] = next;
            push(next++);
        }
        return depths(counts, lengths, next - 1);
    }

    private boolean depths(int[] counts, byte[] lengths, int root) {
        for (int i = 0; i < symbols; i++) {
            if (counts[i] > 0) {
                int depth = 0;
                for (int node = i; node != root; node = parent[node]) {
                    depth++;
                }
                if (depth > mostBits) {
                    return false;
                }
                lengths[i] = (byte) depth;
            }
        }
        return true;
    }

    /// Equal weights leave in the order of their numbers, so that the code depends on nothing else.
    private boolean isBefore(int a, int b) {
        return weight[a] < weight[b] || (weight[a] == weight[b] && a < b);
    }

    private void push(int node) {
        int at = heapSize++;
        while (at > 0 && isBefore(node, heap[(at - 1) / 2])) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = node;
    }

    private int pop() {
        int top = heap[0];
        int node = heap[--heapSize];
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= heapSize) {
                break;
            }
            if (child + 1 < heapSize && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], node)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = node;
        return top;
    }

    /// The codes of lengths, with their first bit lowest, as deflate streams want them.
    static void codes(byte[] lengths, int count, int[] codes) {
        int[] perLength = new int[17];
        for (int i = 0; i < count; i++) {
            perLength[lengths[i]]++;
        }
        perLength[0] = 0;
        int[] next = new int[17];
        for (int bits = 1; bits < next.length; bits++) {
            next[bits] = (next[bits - 1] + perLength[bits - 1]) << 1;
        }
        for (int i = 0; i < count; i++) {
            int bits = lengths[i];
            codes[i] = bits == 0 ? 0 : Integer.reverse(next[bits]++) >>> (32 - bits);
        }
    }
}

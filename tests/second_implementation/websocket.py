"""A client of RFC 6455 over a socket of the standard library: texts, binary frames, pings. No extensions."""
import base64
import hashlib
import os
import socket
import struct

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
MESSAGE_BYTES_MAX = 16 * 2**20


class Closed(Exception):
    """The other side has closed, with this code and reason."""

    def __init__(self, code, reason):
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class WebSocket:
    def __init__(self, host, port, path):
        self.socket = socket.create_connection((host, port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        name = f"[{host}]" if ":" in host else host
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {name}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        status = self.file.readline().decode()
        headers = {}
        while line := self.file.readline().decode().strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        wanted = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        if " 101 " not in status or headers.get("sec-websocket-accept") != base64.b64encode(wanted).decode():
            raise ConnectionError(f"Cannot open a WebSocket at {path}: {status.strip()}")

    def send(self, message):
        if isinstance(message, str):
            self._send(TEXT, message.encode())
        else:
            self._send(BINARY, message)

    def _send(self, opcode, payload):
        length = len(payload)
        header = struct.pack("!B", 0x80 | opcode)
        if length < 126:
            header += struct.pack("!B", 0x80 | length)
        elif length < 2**16:
            header += struct.pack("!BH", 0x80 | 126, length)
        else:
            header += struct.pack("!BQ", 0x80 | 127, length)
        mask = os.urandom(4)
        pattern = int.from_bytes(mask * (length // 4 + 1), "big") >> 8 * ((length // 4 + 1) * 4 - length)
        masked = (int.from_bytes(payload, "big") ^ pattern).to_bytes(length, "big")
        self.socket.sendall(header + mask + masked)

    def receive(self):
        """The next text (str) or binary frame (bytes)."""
        parts, kind = [], None
        while True:
            final, opcode, payload = self._frame()
            if opcode == PING:
                self._send(PONG, payload)
            elif opcode == CLOSE:
                self._send(CLOSE, payload[:2])
                self.socket.close()
                code = int.from_bytes(payload[:2], "big") if payload else 1005
                raise Closed(code, payload[2:].decode())
            elif opcode != PONG:
                kind = opcode or kind
                parts.append(payload)
                if sum(map(len, parts)) > MESSAGE_BYTES_MAX:
                    raise ConnectionError("The other side sent a message that is too long")
                if final:
                    message = b"".join(parts)
                    return message.decode() if kind == TEXT else message

    def _frame(self):
        first, second = self._read(2)
        length = second & 127
        if length == 126:
            (length,) = struct.unpack("!H", self._read(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._read(8))
        if length > MESSAGE_BYTES_MAX:
            raise ConnectionError("The other side sent a frame that is too long")
        return first & 0x80, first & 15, self._read(length)

    def _read(self, count):
        data = self.file.read(count)
        if len(data) < count:
            raise Closed(1006, "the connection broke")
        return data

    def close(self, code, reason):
        self._send(CLOSE, struct.pack("!H", code) + reason.encode())
        try:
            while True:
                self.receive()
        except (Closed, OSError):
            self.socket.close()

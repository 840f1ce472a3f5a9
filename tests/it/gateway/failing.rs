//! A child process that speaks MCP, in every wrong way that there is: [`server`].

use codefirst::config::ServerConfig;

/// Answers `fine`, and has a tool for each fault. Told to `crash`, it exits with a complaint. A subscription is answered with news.
const SCRIPT: &str = r#"
answer() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$1"; }
text() { answer '{"content":[{"type":"text","text":"'"$1"'"}]}'; }
while read -r line; do
    id=${line#*\"id\":}; id=${id%%,*}
    case "$line" in
    *'"initialize"'*) answer '{"protocolVersion":"2025-06-18","capabilities":{"tools":{},"resources":{"subscribe":true}},"serverInfo":{"name":"x","version":"1"}}';;
    *'"tools/list"'*) answer '{"tools":[{"name":"fine"},{"name":"crash"},{"name":"hang"},{"name":"noise"},{"name":"nonsense"},{"name":"huge"},{"name":"drip"},{"name":"wrong"}]}';;
    *'"resources/subscribe"'*) answer '{}'
        printf '{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"leak://tap"}}\n';;
    *'"name":"fine"'*) text fine;;
    *'"name":"crash"'*) echo "the key is $KEY" >&2; exit 7;;
    *'"name":"noise"'*) printf 'debug: \377\376\n{"half": \n\n[1]\n{"jsonrpc":"2.0","id":"x"}\n'; text 'through the noise';;
    *'"name":"nonsense"'*) answer '{"tea":"no"}';;
    *'"name":"huge"'*) printf '{"jsonrpc":"2.0","id":%s,"result":{"content":[{"type":"text","text":"' "$id"
        head -c 104857600 /dev/zero | tr '\0' x; printf '"}]}}\n';;
    *'"name":"drip"'*) printf '{"jsonrpc":"2.0","id":%s,"result":' "$id"
        for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do printf ' '; sleep 0.2; done; printf '{"content":[]}}\n';;
    *'"name":"wrong"'*) id=987654; text 'for somebody else';;
    esac
done
"#;

/// A server of that name.
pub fn server(name: &str) -> ServerConfig {
    ServerConfig::child(name, "sh", ["-c", SCRIPT])
}

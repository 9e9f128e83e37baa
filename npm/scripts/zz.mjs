import { build } from "esbuild"; import { printable } from "./printable.mjs"; import {readFileSync,writeFileSync} from "node:fs";
import {brotliCompressSync,constants} from "node:zlib";
const br=s=>brotliCompressSync(Buffer.from(s),{params:{[constants.BROTLI_PARAM_QUALITY]:11,[constants.BROTLI_PARAM_LGWIN]:22}}).length;
const core=readFileSync(".build/core.wasm"), score=readFileSync(".build/session_core.wasm");
const ext=(name,path)=>({name:path,setup:({onResolve})=>onResolve({filter:name},()=>({path,external:true}))});
const bundle=async(entry,c,opt)=>{const r=await build({entryPoints:[entry],write:false,bundle:true,format:"esm",target:"es2022",minify:true,legalComments:"none",
 alias:{"#core":"../client-wasm/js/core.js","#session":"../client-wasm/js/session.js","#session-wire":"../client-wasm/js/session_wire.js","#wire":"../client-wasm/js/wire.js","#instance":"./src/inline_instance.ts"},plugins:[ext(/^#session-entry$/,"./session.js")],
 define:{CORE:JSON.stringify(printable(c))}, ...opt}); return r.outputFiles[0].text;};
const both=async o=>[br(await bundle("src/index.ts",core,o)),br(await bundle("src/session.ts",score,o))].join(" ");
const bare=await bundle("src/index.ts",new Uint8Array(),{});const sbare=await bundle("src/session.ts",new Uint8Array(),{});
const L="core lane stage accept streams isBroken newSocket locate listen queue measured pinged ponged undialable lost hint retrying watch opened ended hangup detach alarm dial transmit monotonic wall handOver requestHandler readable wantsJson waitingBytes unsent answer handlers payload bytes isWritten refuse settle done fail deliver maxMessageBytes subProtocol first located events take buffered cancel subscribed end stale closed handler listener follow entry credential respond since tell write ask hold received answered line attend drive violated asker outcome fields".split(" ");
console.log("none",await both({}));
const re=l=>new RegExp("^("+l.join("|")+")$");
console.log("auto",await both({mangleProps:re(L)}));
const count=n=>(bare+sbare).split(new RegExp("\\b"+n+"\\b")).length-1;
const sorted=L.sort((a,b)=>count(b)-count(a)); console.log(sorted.map(n=>n+count(n)).join(" "));
const seqs={etn:"etnrosicdalufpmhvbgyxwkSTCOPMEAINRLDUFGBVHWKYQXZJjqz$_", abc:"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$_", ABC:"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz$_"};
for(const [k,s] of Object.entries(seqs)){ const cache={}; sorted.forEach((n,i)=>cache[n]=i<s.length?s[i]:s[i-s.length]+s[0]); console.log(k,await both({mangleProps:re(L),mangleCache:cache})); }
